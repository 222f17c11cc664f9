using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The point is one of these.</summary>
internal sealed class IdTest(IEnumerable<PointId> ids) : RowTest
{
    private readonly HashSet<PointId> _ids = [.. ids];

    public override bool Holds(in Row row) => _ids.Contains(row.Id);
}
