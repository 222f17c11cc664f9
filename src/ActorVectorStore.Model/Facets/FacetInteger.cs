namespace ActorVectorStore.Model;

/// <summary>An integer, of an integer index.</summary>
/// <param name="Value">The integer.</param>
public sealed record FacetInteger(long Value) : FacetValue;
