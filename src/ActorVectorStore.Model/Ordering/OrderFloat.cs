namespace ActorVectorStore.Model;

/// <summary>A number, of a float index: the double nearest to what the payload has, infinite beyond the range of doubles.</summary>
/// <param name="Value">The number; as a start it must not be NaN.</param>
public sealed record OrderFloat(double Value) : OrderValue;
