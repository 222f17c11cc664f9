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

    // A draft has all that is in the graph yet: if one came after as many vectors each time, a build of n would write n^2.
    private const int DraftGrowth = 4;

    private string DraftPath => path + VectorIndexDraft.Ending;

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

    /// <summary>Reads the index; null if there is none, it is damaged or cannot be read, or it is another than is wanted.</summary>
    public VectorIndex? TryRead(IndexRun run)
    {
        try
        {
            var index = VectorIndexFile.Read(fileSystem, path, run.MakeWay, run.CancellationToken);
            if (IsWanted(index.Header))
            {
                // A crash may have come between the index and the end of its draft.
                if (fileSystem.FileExists(DraftPath))
                    VectorIndexFile.RemoveQuietly(fileSystem, DraftPath);

                // Here, where nobody waits for it.
                run.MakeWay?.Invoke();
                index.Graph.WarmUp();
                return index;
            }

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
        catch (IOException e)
        {
            // What the disk does not give back is as good as damaged: the vectors are still there.
            segment.TellIndexDamage(column, new CorruptionException(path, 0, "a file that can be read", e.Message));
            return null;
        }
    }

    /// <summary>
    /// Builds the index and writes it; durable on return. Without sources it goes on from where an earlier build was, if that has left a draft. Null if the vectors do not suit an index:
    /// see <see cref="GraphIndexBuild.IsSuitable"/>.
    /// </summary>
    /// <param name="sources">Graphs of some of the vectors.</param>
    /// <param name="run">How it is run.</param>
    /// <exception cref="CorruptionException">A vector is damaged.</exception>
    /// <exception cref="IOException">The disk is full or refuses; there is no index then, as far as the disk allows.</exception>
    public VectorIndex? Build(IReadOnlyList<GraphSource> sources, IndexRun run)
    {
        ParallelLoop loop = (count, body) => run.Loop(count, i =>
        {
            run.CancellationToken.ThrowIfCancellationRequested();
            body(i);
        });
        using var build = Begin(sources, loop, run.CancellationToken);
        if (!build.IsSuitable)
            return null;
        var draftedAt = build.Inserted;
        while (build.Advance(loop))
        {
            run.CancellationToken.ThrowIfCancellationRequested();
            run.Progress?.Invoke(build.Inserted, build.Count);
            if (build.Inserted - draftedAt < Math.Max(run.DraftVectors, draftedAt / DraftGrowth) || !build.CanBeResumed)
                continue;
            WriteDraft(build, run.CancellationToken);
            draftedAt = build.Inserted;
        }

        var image = build.Complete();
        var header = new VectorIndexHeader(
            segment.Entry.Id, column, image.VectorCount, image.Count, image.Entries, Options, image.FreshShare, image.Codec, image.Kind, Kind);
        var bytes = VectorIndexFile.Write(fileSystem, path, header, image, run.Pace, run.CancellationToken);
        VectorIndexFile.RemoveQuietly(fileSystem, DraftPath);
        var index = new VectorIndex(header, image.ToMemory(), bytes);
        index.Graph.WarmUp();
        return index;
    }

    private GraphIndexBuild Begin(IReadOnlyList<GraphSource> sources, ParallelLoop loop, CancellationToken cancellation)
    {
        var build = NewBuild(sources, cancellation);
        if (sources.Count > 0 || !build.IsSuitable || !fileSystem.FileExists(DraftPath) || TryResume(build, loop))
            return build;
        build.Dispose();
        VectorIndexFile.RemoveQuietly(fileSystem, DraftPath);
        return NewBuild(sources, cancellation);
    }

    private bool TryResume(GraphIndexBuild build, ParallelLoop loop)
    {
        try
        {
            return VectorIndexDraft.TryResume(fileSystem, DraftPath, FingerprintOf(build), build, loop);
        }
        catch (IOException e) when (e is not CorruptionException)
        {
            // As good as damaged. A corruption is that of a vector.
            return false;
        }
    }

    // A build ends as well without a draft; a failed sync is final.
    private void WriteDraft(GraphIndexBuild build, CancellationToken cancellationToken)
    {
        try
        {
            VectorIndexDraft.Write(fileSystem, DraftPath, FingerprintOf(build), build, cancellationToken);
        }
        catch (IOException e) when (e is not SyncFailedException)
        {
            VectorIndexFile.RemoveQuietly(fileSystem, DraftPath);
        }
    }

    private GraphIndexBuild NewBuild(IReadOnlyList<GraphSource> sources, CancellationToken cancellation) =>
        new(segment.VectorsOf(column, cancellation), MetricOf(Vector.Distance), Options, Kind, sources);

    private ulong FingerprintOf(GraphIndexBuild build) => VectorIndexDraft.Fingerprint(new VectorIndexHeader(
        segment.Entry.Id, column, segment.VectorsOf(column).Count, build.Count, Entries: 1, Options, FreshShare: 0, build.Codec, build.Kind, Kind));

    private bool IsWanted(VectorIndexHeader header) =>
        header.Segment == segment.Entry.Id
        && header.Column == column
        && header.VectorCount == segment.VectorsOf(column).Count
        && header.Options == Options
        && header.WantedKind == Kind
        && header.Codec.Dimension == Vector.Dimension
        && header.Codec.Metric == MetricOf(Vector.Distance);
}
