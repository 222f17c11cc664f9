namespace ActorVectorStore.Model;

/// <summary>A boolean, of a bool index.</summary>
/// <param name="Value">The boolean.</param>
public sealed record FacetBool(bool Value) : FacetValue;
