using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>A set in memory, for all indexes of this process that are measured over it.</summary>
internal sealed class SearchedVectors(VectorSet set) : IDisposable
{
    public VectorSet Set { get; } = set;

    public BaseRows Rows { get; } = new(VectorTable.Read(set.BaseFile));

    public VectorTable Queries { get; } = VectorTable.Read(set.QueryFile);

    public NeighbourTable Truth { get; } = NeighbourTable.Read(set.TruthFile);

    /// <summary>How rows are compared: those of length one as they are.</summary>
    public Metric ExactMetric => Set.Metric == Metric.Cosine ? Metric.Dot : Set.Metric;

    public void Dispose() => Rows.Dispose();
}
