namespace ActorVectorStore.Model;

/// <summary>A value of a field and how many points have it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">Points, at least 1.</param>
public sealed record FacetHit(FacetValue Value, long Count);
