using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Builders, generators and the comparison of sealed segments with lists of rows.</summary>
internal static class SealedSegments
{
    public const string Directory = "segments";
    public const string Name = "one.seg";

    /// <summary>One of each kind and element type; the components of <see cref="Row"/> are values that all of them have.</summary>
    public static readonly SealedColumn[] Columns =
    [
        new("", VectorKind.Dense, ElementType.Float32, Distance.Cosine, 3, HasLengths: true),
        new("half", VectorKind.Dense, ElementType.Float16, Distance.Dot, 17, HasLengths: false),
        new("brain", VectorKind.Dense, ElementType.BFloat16, Distance.Euclid, 2, HasLengths: false),
        new("bytes", VectorKind.Dense, ElementType.UInt8, Distance.Manhattan, 65, HasLengths: true),
        new("words", VectorKind.Sparse, ElementType.Float32, Distance.Dot, 0, HasLengths: false),
        new("passages", VectorKind.Multi, ElementType.Float16, Distance.Cosine, 5, HasLengths: true),
    ];

    private static readonly Gen<float> Component = Gen.Int[0, 100].Select(n => (float)n);

    /// <summary>Few ids, so that some have several rows.</summary>
    public static readonly Gen<ListedRow> Row = Gen.Select(Shards.Id, Gen.Long[0, 50], Shards.Payload, Vectors(), (id, index, payload, vectors) =>
        new ListedRow(id, index, payload, vectors));

    public static readonly SealedSegmentSpec Spec = new(new SealedSegmentId(new UInt128(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210)), "tests 1.0", Columns);

    public static string Path { get; } = System.IO.Path.Combine(Directory, Name);

    /// <summary>A disk with the directory for segments.</summary>
    public static SimulatedFileSystem NewDisk()
    {
        var disk = new SimulatedFileSystem();
        disk.CreateDirectory(Directory);
        return disk;
    }

    public static void Write(IFileSystem disk, IReadOnlyList<ListedRow> rows, Action<SealedSegmentWriter>? addSections = null, SealedSegmentSpec? spec = null)
    {
        using var writer = SealedSegmentWriter.Create(disk, Path, spec ?? Spec);
        writer.WriteRows(new ListedRows(rows));
        addSections?.Invoke(writer);
        writer.Complete();
    }

    public static SealedSegment Open(IFileSystem disk) => SealedSegment.Open(disk, Path, new PayloadBlockCache(4));

    /// <summary>Everything that can be read in a segment is what the rows say.</summary>
    public static void AssertSame(IReadOnlyList<ListedRow> rows, SealedSegment segment)
    {
        using var reader = segment.Lease();
        Assert.Equal((rows.Count, rows.Count), (segment.RowCount, reader.RowCount));
        for (var row = 0; row < rows.Count; row++)
        {
            Assert.Equal((rows[row].Id, rows[row].InsertedAt), (reader.Ids.IdOf(row), reader.InsertedAt(row)));
            Assert.Equal(rows[row].Payload, reader.Payloads.Read(row));
            for (var column = 0; column < segment.Columns.Count; column++)
                AssertSame(rows[row].Vectors[column], segment.Columns[column].Column, reader, row);
        }

        AssertIds(rows, reader.Ids);
    }

    private static void AssertIds(IReadOnlyList<ListedRow> rows, SealedIds ids)
    {
        var order = Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Id).ThenBy(row => rows[row].InsertedAt).ToArray();
        Assert.Equal(order, Enumerable.Range(0, rows.Count).Select(ids.RowAt));
        Assert.Equal(order.Select((row, position) => (row, position)).OrderBy(pair => pair.row).Select(pair => pair.position), Enumerable.Range(0, rows.Count).Select(ids.PositionOf));
        foreach (var id in rows.Select(row => row.Id).Append(PointId.FromNumber(ulong.MaxValue)).Append(PointId.FromNumber(0)).Append(PointId.FromUuid(Guid.Empty)))
        {
            var first = order.Count(row => rows[row].Id < id);
            Assert.Equal(first, ids.LowerBound(id));
            Assert.Equal(first..(first + order.Count(row => rows[row].Id == id)), ids.Find(id));
        }
    }

    private static void AssertSame(ListedVector? expected, SealedColumn column, SealedReader reader, int row)
    {
        switch (column.Kind)
        {
            case VectorKind.Dense:
                var dense = reader.Dense(column.Name)!;
                Assert.Equal(expected?.Components, dense.Read(row));
                if (expected is null)
                    break;
                AssertLengths(expected, column, dense.Vectors, dense.OrdinalOf(row));
                break;
            case VectorKind.Multi:
                var multi = reader.Multi(column.Name)!;
                Assert.Equal(expected?.Components, multi.Read(row));
                if (multi.TryFind(row, out var first, out _))
                    AssertLengths(expected!, column, multi.Vectors, first);
                break;
            default:
                Assert.Equal(expected is not null, reader.Sparse(column.Name)!.TryRead(row, out var sparse));
                Assert.Equal(expected?.Indices ?? [], sparse.Indices.ToArray());
                Assert.Equal(expected?.Components ?? [], sparse.Values.ToArray());
                break;
        }
    }

    private static void AssertLengths(ListedVector expected, SealedColumn column, StoredVectors vectors, long first)
    {
        for (var i = 0; i < expected.Lengths.Length; i++)
            Assert.Equal(column.HasLengths ? expected.Lengths[i] : null, vectors.LengthOf(first + i));
    }

    private static Gen<ListedVector?[]> Vectors()
    {
        var vectors = Gen.Const(Array.Empty<ListedVector?>());
        foreach (var column in Columns)
            vectors = Gen.Select(vectors, VectorOf(column), (before, vector) => (ListedVector?[])[.. before, vector]);
        return vectors;
    }

    private static Gen<ListedVector?> VectorOf(SealedColumn column)
    {
        var some = column.Kind switch
        {
            VectorKind.Dense => Component.Array[column.Dimension].Select(ListedVector.Dense),
            VectorKind.Multi => Gen.Int[0, 4].SelectMany(count => Component.Array[count * column.Dimension]).Select(
                components => ListedVector.Multi(column.Dimension, components)),
            _ => Gen.Dictionary(Gen.UInt, Gen.Single)[0, 6].Select(entries => entries.OrderBy(entry => entry.Key).ToArray()).Select(
                entries => ListedVector.Sparse([.. entries.Select(entry => entry.Key)], [.. entries.Select(entry => entry.Value)])),
        };
        return Gen.Frequency((1, Gen.Const((ListedVector?)null)), (3, some.Select(vector => (ListedVector?)vector)));
    }
}
