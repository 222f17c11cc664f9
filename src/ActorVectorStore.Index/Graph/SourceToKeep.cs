namespace ActorVectorStore.Index;

/// <summary>Chooses the graph that a merge keeps.</summary>
internal static class SourceToKeep
{
    // A graph of which less is left, or that is a smaller part of the whole, is not worth its keeping.
    private const double LeftMin = 0.5;
    private const double PartMin = 0.2;

    /// <summary>The graph with the most nodes left that is built as the new one is to be, and whose codes do for all; null if there is none worth keeping.</summary>
    public static GraphSource? Among(IReadOnlyList<GraphSource> sources, IVectorRows rows, Metric metric, GraphOptions options) => sources
        .Where(source => source.Parts.Codec.Metric == metric && source.Parts.Codec.Dimension == rows.Dimension && source.Parts.Links.Degree == options.Degree)
        .Select(source => (Source: source, Left: LeftOf(source)))
        .Where(source => source.Left > 0 && source.Left >= LeftMin * source.Source.Parts.Links.Count && source.Left >= PartMin * rows.Count)
        .OrderByDescending(source => source.Left)
        .FirstOrDefault(source => CodeFidelity.Suffices(rows, source.Source.Parts.Codec, CodeKind.SevenBits)).Source;

    // Nodes only: vectors that are none have taught the codec nothing.
    private static unsafe int LeftOf(GraphSource source)
    {
        var left = 0;
        for (var node = 0; node < source.Parts.Links.Count; node++)
            left += source.NewNumbers.Span[(int)source.Parts.Vectors[node]] == GraphSource.Gone ? 0 : 1;
        return left;
    }
}
