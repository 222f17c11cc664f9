namespace ActorVectorStore.Model;

/// <summary>A value of a field and the best points that have it.</summary>
/// <param name="Value">The value: a <see cref="FacetText"/> or a <see cref="FacetInteger"/>.</param>
/// <param name="Hits">At least one, best first.</param>
public sealed record PointGroup(FacetValue Value, IReadOnlyList<ScoredPoint> Hits);
