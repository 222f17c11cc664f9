namespace ActorVectorStore.Model;

/// <summary>One page of a scroll.</summary>
/// <param name="Points">In ascending order of ids, or in the order that was asked for.</param>
/// <param name="NextOffset">The <see cref="ScrollRequest.Offset"/> of the next page: the first id after this one; null at the end, and always with <see cref="ScrollRequest.OrderBy"/>.</param>
/// <remarks>Each page is read at its own moment: a point written behind the offset between two pages is not seen.</remarks>
public sealed record ScrollPage(IReadOnlyList<PointRecord> Points, PointId? NextOffset);
