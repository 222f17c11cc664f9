using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>
/// Decides which segments are rewritten into one: size-tiered, so that a row is rewritten about log4(shard / flushed segment) times, and by the share of
/// rows that nobody wants any more. Pure.
/// </summary>
internal static class CompactionPolicy
{
    /// <summary>A segment is rewritten alone when one row in so many is not wanted any more.</summary>
    public const int UnwantedShare = 5;

    /// <summary>So many segments of like size become one.</summary>
    public const int MergeMin = 4;

    /// <summary>More are not merged at once.</summary>
    public const int MergeMax = 16;

    /// <summary>Segments are of like size if the largest has at most so many times the bytes of the smallest.</summary>
    public const int SizeRatio = 4;

    /// <summary>The numbers of the segments to rewrite, ascending; empty if nothing is worth it.</summary>
    public static ImmutableArray<int> Choose(IReadOnlyList<SegmentShape> segments, long bytesMax)
    {
        if (Tier(segments, bytesMax) is { Length: > 0 } tier)
            return tier;
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].NeedsRewrite || segments[i].UnwantedRows > segments[i].Rows / UnwantedShare)
                return [i];
        }

        return [];
    }

    /// <summary>The segments to rewrite for somebody who wants all of it now: as few files as fit, without unwanted rows.</summary>
    public static ImmutableArray<int> ChooseAll(IReadOnlyList<SegmentShape> segments, long bytesMax)
    {
        var smallest = Enumerable.Range(0, segments.Count).OrderBy(i => segments[i].WantedBytes).ToArray();
        var fitting = Fitting(segments, smallest, bytesMax);
        if (fitting.Length > 1)
            return [.. fitting.Order()];
        return [.. smallest.Where(i => segments[i].UnwantedRows > 0 || segments[i].NeedsRewrite).Take(1)];
    }

    private static ImmutableArray<int> Tier(IReadOnlyList<SegmentShape> segments, long bytesMax)
    {
        var smallest = Enumerable.Range(0, segments.Count).OrderBy(i => segments[i].WantedBytes).ToArray();
        for (var first = 0; first + MergeMin <= smallest.Length; first++)
        {
            var limit = Math.Max(1, segments[smallest[first]].WantedBytes) * SizeRatio;
            var alike = smallest[first..].TakeWhile(i => segments[i].WantedBytes <= limit).Take(MergeMax).ToArray();
            var fitting = Fitting(segments, alike, bytesMax);
            if (fitting.Length >= MergeMin)
                return [.. fitting.Order()];
        }

        return [];
    }

    private static int[] Fitting(IReadOnlyList<SegmentShape> segments, int[] chosen, long bytesMax)
    {
        var bytes = 0L;
        return chosen.TakeWhile(i => (bytes += segments[i].WantedBytes) <= bytesMax).ToArray();
    }
}
