using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Damage to an index costs time and is told; it never changes what a filter finds.</summary>
public sealed class PayloadIndexDamageTests
{
    [Fact]
    public void Every_flipped_byte_of_an_index_is_told_and_changes_no_answer()
    {
        var disk = IndexedSegment.Write(IndexSamples.Rows, IndexSamples.Indexes);
        using var whole = IndexedSegment.Open(disk);
        IndexSamples.AssertFound(whole);
        Assert.Empty(whole.Damages);
        var step = LongRuns.AreWanted ? 1 : 7;
        var end = whole.Sections[^1].Offset + whole.Sections[^1].PaddedLength;
        for (var at = whole.Sections[0].Offset; at < end; at += step)
        {
            var rotten = disk.Clone();
            rotten.FlipBit(SealedSegments.Path, at, (int)(at % 8));
            using var segment = IndexedSegment.Open(rotten);
            IndexSamples.AssertFound(segment);
            var damage = Assert.Single(segment.Damages);
            Assert.Equal((SealedSegments.Path, SealedSectionKind.PayloadIndex, true), (damage.File, damage.Section!.Value.Kind, damage.IsDerived));
        }
    }

    [Fact]
    public void A_block_that_is_found_damaged_while_it_is_read_is_told_and_payloads_are_asked_instead()
    {
        var rows = IndexedSegment.RowsOf(Enumerable.Range(0, 30_000).Select(n => $"{{\"n\":{n * 7_919L % 30_000}}}"));
        var disk = IndexedSegment.Write(rows, [IndexedSegment.Index("n", PayloadIndexKind.Integer)]);
        using var whole = IndexedSegment.Open(disk);
        // The second part, rows, begins behind 30,000 keys of 8 bytes; this is the row of a key in its middle.
        disk.FlipBit(SealedSegments.Path, whole.Sections[0].Offset + (30_000 * 8) + (15_000 * 4), 0);
        using var segment = IndexedSegment.Open(disk);
        var filter = Filter.AllOf(Filter.Field("n").AtLeast(10_000));
        var expected = IndexedSegment.RowsIn(whole.Find(filter).Rows).ToArray();
        Assert.Equal(20_000, expected.Length);
        Assert.Empty(segment.Damages);
        var found = segment.Find(filter);
        Assert.Equal(expected, IndexedSegment.RowsIn(found.Rows));
        Assert.Equal(30_000, found.PayloadsRead);
        Assert.True(Assert.Single(segment.Damages).IsDerived);
        Assert.Equal(10, segment.Find(Filter.AllOf(Filter.Field("n").LessThan(10))).Rows.Count());
    }

    [Fact]
    public void Damage_to_payloads_is_not_taken_for_damage_to_an_index()
    {
        var disk = IndexedSegment.Write(IndexSamples.Rows, IndexSamples.Indexes);
        using (var whole = SealedSegments.Open(disk))
            disk.FlipBit(SealedSegments.Path, whole.Sections.Single(section => section.Key.Kind == SealedSectionKind.PayloadBlocks).Offset, 0);
        using var segment = IndexedSegment.Open(disk);
        Assert.Equal([0, 1], segment.Rows(Filter.Field("a").Is("x")));
        Assert.Throws<FileSystem.CorruptionException>(() => segment.Rows(Filter.Field("c").Is("x")));
        Assert.Empty(segment.Damages);
    }
}
