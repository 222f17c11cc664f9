using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is rewritten, as a function of the segments' sizes.</summary>
public sealed class CompactionPolicyTests
{
    private const long NoLimit = long.MaxValue;

    private static readonly Gen<SegmentShape> Shape = Gen.Select(Gen.Int[1, 1_000], Gen.Int[0, 100], Gen.Int[0, 16], Gen.Int[0, 15]).Select(
        (rows, unwantedPercent, size, damage) => new SegmentShape(rows, (int)(rows * (long)unwantedPercent / 100), 100L << size, damage == 0));

    // Sizes in MiB; "100-40" has 40 rows in a hundred that nobody wants, "!" a damaged section.
    [Theory]
    [InlineData("", "")]
    [InlineData("10 10 10", "")]
    [InlineData("10 10 10 10", "0 1 2 3")]
    [InlineData("10 20 30 40", "0 1 2 3")]
    [InlineData("10 20 30 41", "")]
    [InlineData("5000 10 1000 10 10 200 10", "1 3 4 6")]
    [InlineData("1 10 10 10 10", "1 2 3 4")]
    [InlineData("300 300 300 300 300", "0 1 2 3 4")]
    [InlineData("1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15")]
    [InlineData("400 400 400 400", "")]
    [InlineData("600 600-50 600-50 600-50 600-50", "1 2 3 4")]
    [InlineData("100-20", "")]
    [InlineData("100-21", "0")]
    [InlineData("100 200-30 300-90", "1")]
    [InlineData("10 10 10 2000-100", "3")]
    [InlineData("10 100-5!", "1")]
    public void Segments_of_like_size_are_merged_and_those_with_many_unwanted_rows_are_rewritten(string segments, string chosen)
    {
        // A limit of 1,500 MiB: four of 400 do not fit.
        var found = CompactionPolicy.Choose(Shapes(segments), 1_500L << 20);
        Assert.Equal(chosen, string.Join(' ', found));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("10", "")]
    [InlineData("10-1", "0")]
    [InlineData("10!", "0")]
    [InlineData("10 1000", "0 1")]
    [InlineData("1000 10 600", "1 2")]
    [InlineData("1000 900-1 1200", "1")]
    [InlineData("1000 900 1200", "")]
    public void Everything_is_as_few_files_as_fit_and_no_unwanted_row(string segments, string chosen) =>
        Assert.Equal(chosen, string.Join(' ', CompactionPolicy.ChooseAll(Shapes(segments), 1_500L << 20)));

    [Fact]
    public void Rewriting_what_is_chosen_again_and_again_ends() =>
        Gen.Select(Shape.Array[0, 60], Gen.Long[1, 100L << 18], Gen.Bool).Sample(
            (shapes, bytesMax, everything) =>
            {
                var segments = shapes.ToList();
                for (var rewrites = 0; ; rewrites++)
                {
                    var chosen = everything ? CompactionPolicy.ChooseAll(segments, bytesMax) : CompactionPolicy.Choose(segments, bytesMax);
                    if (chosen.IsEmpty)
                        break;
                    Assert.True(rewrites <= 2 * shapes.Length, "It does not end.");
                    Assert.Equal(chosen.Distinct().Order(), chosen);
                    Assert.True(chosen.Length == 1 || chosen.Sum(i => segments[i].WantedBytes) <= bytesMax);
                    var merged = Merge(chosen.Select(i => segments[i]));
                    segments = [.. segments.Where((_, i) => !chosen.Contains(i)), .. merged.Rows > 0 ? [merged] : Array.Empty<SegmentShape>()];
                }

                Assert.DoesNotContain(segments, segment => segment.NeedsRewrite || segment.UnwantedRows > (everything ? 0 : segment.Rows / CompactionPolicy.UnwantedShare));
            },
            iter: 2_000);

    [Fact]
    public void A_row_is_rewritten_about_log4_times_while_a_shard_grows_by_a_thousand_flushes()
    {
        const int Flushes = 1_000;
        const long FlushedBytes = 64 << 20;
        var segments = new List<SegmentShape>();
        var written = 0L;
        var segmentsMax = 0;
        for (var flush = 0; flush < Flushes; flush++)
        {
            segments.Add(new SegmentShape(1_000, 0, FlushedBytes, NeedsRewrite: false));
            while (CompactionPolicy.Choose(segments, NoLimit) is { IsEmpty: false } chosen)
            {
                var merged = Merge(chosen.Select(i => segments[i]));
                written += merged.Bytes;
                segments = [.. segments.Where((_, i) => !chosen.Contains(i)), merged];
            }

            segmentsMax = Math.Max(segmentsMax, segments.Count);
        }

        var rewritten = (double)written / (Flushes * FlushedBytes);
        Assert.InRange(rewritten, 2, Math.Log(Flushes, 4) + 0.5);
        Assert.InRange(segmentsMax, 4, 20);
        Assert.Equal(Flushes * FlushedBytes, segments.Sum(segment => segment.Bytes));
    }

    [Fact]
    public void Files_that_have_reached_the_limit_are_left_alone_while_a_shard_grows()
    {
        const long BytesMax = 1_000;
        var segments = new List<SegmentShape>();
        var written = 0L;
        for (var flush = 0; flush < 1_000; flush++)
        {
            segments.Add(new SegmentShape(10, 0, 10, NeedsRewrite: false));
            while (CompactionPolicy.Choose(segments, BytesMax) is { IsEmpty: false } chosen)
            {
                var merged = Merge(chosen.Select(i => segments[i]));
                written += merged.Bytes;
                segments = [.. segments.Where((_, i) => !chosen.Contains(i)), merged];
            }
        }

        Assert.InRange(written / (1_000.0 * 10), 1, Math.Log(100, 4) + 1);
        Assert.All(segments, segment => Assert.InRange(segment.Bytes, 1, BytesMax));
        Assert.InRange(segments.Count, 10, 60);
    }

    private static SegmentShape Merge(IEnumerable<SegmentShape> sources)
    {
        var all = sources.ToArray();
        return new SegmentShape(all.Sum(source => source.Rows - source.UnwantedRows), 0, all.Sum(source => source.WantedBytes), NeedsRewrite: false);
    }

    private static SegmentShape[] Shapes(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(segment =>
        {
            var parts = segment.TrimEnd('!').Split('-');
            return new SegmentShape(100, parts.Length > 1 ? int.Parse(parts[1]) : 0, long.Parse(parts[0]) << 20, segment.EndsWith('!'));
        }),
    ];
}
