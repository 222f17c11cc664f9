using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>What is asked of a value at the end of a path. Without state.</summary>
internal abstract class ValueTest
{
    /// <summary>Whether the value passes.</summary>
    /// <param name="row">The row whose text the reader reads.</param>
    /// <param name="reader">At the first token of the value; it may be left anywhere inside it.</param>
    public abstract bool Holds(in Row row, ref Utf8JsonReader reader);
}
