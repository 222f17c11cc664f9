using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>One pass over all queries of a set, each asked alone.</summary>
/// <param name="Found">What was found.</param>
/// <param name="QueriesPerSecond">By the clock.</param>
/// <param name="QueriesPerProcessorSecond">By the processor time of all threads, which a busy machine does not stretch.</param>
/// <param name="MicrosecondsP50">Median of the single queries.</param>
/// <param name="MicrosecondsP99">99th percentile of the single queries.</param>
internal sealed record SearchPass(
    NeighbourTable Found, double QueriesPerSecond, double QueriesPerProcessorSecond, double MicrosecondsP50, double MicrosecondsP99);
