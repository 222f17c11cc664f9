using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>How the vector index of a column comes to be: read from its file where that is whole and as it is wanted, otherwise built and written. Any thread.</summary>
/// <param name="fileSystem">The disk.</param>
/// <param name="path">The index's file.</param>
/// <param name="segment">The segment, which is kept open meanwhile.</param>
/// <param name="column">Number of the column.</param>
internal sealed class VectorIndexing(IFileSystem fileSystem, string path, DiskSegment segment, int column)
{
    // Decides the order of insertion: any number, the same for ever, so that a rebuilt index has the same bytes.
    private const ulong Seed = 0x41565356;

    private VectorSchema Vector => segment.Vectors[column];

    private GraphOptions Options => new(Vector.Index.M, Math.Max(Vector.Index.M, Vector.Index.EfConstruct), Seed);

    private CodeKind Kind => Vector.Index.Quantization == VectorQuantization.Scalar4 ? CodeKind.FourBits : CodeKind.SevenBits;

    /// <summary>How a distance is compared.</summary>
    public static Metric MetricOf(Distance distance) => distance switch
    {
        Distance.Cosine => Metric.Cosine,
        Distance.Dot => Metric.Dot,
        Distance.Euclid => Metric.Euclid,
        Distance.Manhattan => Metric.Manhattan,
        _ => throw new InvalidOperationException($"Distance {distance} has no metric."),
    };

    /// <summary>Whether a column is large enough to be indexed.</summary>
    public static bool IsWanted(DiskSegment segment, int column) =>
        segment.Vectors[column].Kind == VectorKind.Dense && segment.StoredVectorBytes(column) >= Math.Max(1, (long)segment.Vectors[column].Index.FullScanThreshold << 10);

    /// <summary>Reads the index; null if there is none, or it is damaged or another than is wanted.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public VectorIndex? TryRead(CancellationToken cancellationToken)
    {
        try
        {
            var index = VectorIndexFile.Read(fileSystem, path, cancellationToken);
            if (IsWanted(index.Header))
                return index;
            index.Dispose();
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or UnsupportedFormatException)
        {
            return null;
        }
        catch (CorruptionException e)
        {
            segment.TellIndexDamage(column, e);
            return null;
        }
    }

    /// <summary>Builds the index and writes it; durable on return. Null if the vectors do not suit an index: see <see cref="GraphIndexBuild.IsSuitable"/>.</summary>
    /// <param name="sources">Graphs of some of the vectors.</param>
    /// <param name="run">How it is run.</param>
    /// <exception cref="CorruptionException">A vector is damaged.</exception>
    /// <exception cref="IOException">The disk is full or refuses; there is no file then, as far as the disk allows.</exception>
    public VectorIndex? Build(IReadOnlyList<GraphSource> sources, IndexRun run)
    {
        using var build = new GraphIndexBuild(segment.VectorsOf(column), MetricOf(Vector.Distance), Options, Kind, sources);
        if (!build.IsSuitable)
            return null;
        var loop = new ParallelLoop(run.Loop);
        while (build.Advance(loop))
        {
            run.CancellationToken.ThrowIfCancellationRequested();
            run.Progress?.Invoke(build.Inserted, build.Count);
        }

        var image = build.Complete();
        var header = new VectorIndexHeader(segment.Entry.Id, column, image.VectorCount, image.Count, image.Entries, Options, image.FreshShare, image.Codec, image.Kind, Kind);
        var bytes = VectorIndexFile.Write(fileSystem, path, header, image, run.Pace, run.CancellationToken);
        return new VectorIndex(header, image.ToMemory(), bytes);
    }

    private bool IsWanted(VectorIndexHeader header) =>
        header.Segment == segment.Entry.Id
        && header.Column == column
        && header.VectorCount == segment.VectorsOf(column).Count
        && header.Options == Options
        && header.WantedKind == Kind
        && header.Codec.Dimension == Vector.Dimension
        && header.Codec.Metric == MetricOf(Vector.Distance);
}
