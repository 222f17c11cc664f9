using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>What is asked of one value, where an array is asked element by element. Without state.</summary>
internal abstract class ElementTest
{
    /// <summary>Whether the value passes.</summary>
    /// <param name="reader">At the first token of the value; it may be left anywhere inside it.</param>
    public abstract bool Holds(ref Utf8JsonReader reader);
}
