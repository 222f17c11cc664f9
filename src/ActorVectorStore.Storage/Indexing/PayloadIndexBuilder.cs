using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Builds the payload indexes of a segment: <see cref="Add"/> for each row in one pass, <see cref="WriteTo"/> once the writer has written the rows,
/// dispose. The same rows give the same bytes, whatever the memory. One thread.
/// </summary>
/// <remarks>
/// <b>Memory.</b> The bytes that the caller allows, shared evenly by the indexes (two to three times as much at the moment when a buffer grows). What
/// does not fit goes to a temporary file for each index; while the section of one is written, up to 4 MiB of its file are held for each level of runs (see
/// <see cref="EntrySorter"/>; two levels are 4,096 times the memory of the index). Beside that a byte for each row and index, 64 KiB for each text index and
/// 1 MiB.
/// </remarks>
internal sealed class PayloadIndexBuilder : IDisposable
{
    /// <summary>A good size of the memory.</summary>
    public const int MemoryBytesDefault = 64 << 20;

    /// <summary>The largest size of the memory.</summary>
    public const int MemoryBytesMax = 512 << 20;

    private readonly ElementCollector[] _collectors;
    private readonly int _rowCount;

    /// <summary>Begins to build.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="temporaryPath">Beginning of the names of temporary files; their directory exists.</param>
    /// <param name="indexes">The indexes, each once.</param>
    /// <param name="rowCount">Rows of the segment.</param>
    /// <param name="memoryBytes">Memory for entries that are not sorted yet, at most 512 MiB.</param>
    public PayloadIndexBuilder(
        IFileSystem fileSystem, string temporaryPath, IReadOnlyList<PayloadIndex> indexes, int rowCount, int memoryBytes = MemoryBytesDefault)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(indexes.Count, SealedSegmentFormat.SectionsMax, nameof(indexes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, SealedSegmentFormat.RowsMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memoryBytes, MemoryBytesMax);
        _rowCount = rowCount;
        var share = memoryBytes / Math.Max(1, indexes.Count);
        _collectors = [.. indexes.Select((index, number) => new ElementCollector(
            index, new EntrySorter(fileSystem, RunsPath(temporaryPath, number), share), rowCount))];
    }

    /// <summary>Adds a row, in any order of the rows and each once.</summary>
    /// <param name="row">The row in the segment.</param>
    /// <param name="payloadUtf8">Its payload as <see cref="Payload.Utf8"/> has it; no bytes stand for the empty one.</param>
    public void Add(int row, ReadOnlySpan<byte> payloadUtf8)
    {
        if (payloadUtf8.Length <= Payload.Empty.Utf8.Length)
            return;
        foreach (var collector in _collectors)
            collector.Collect(row, payloadUtf8);
    }

    /// <summary>Writes one section for each index, behind the rows; the spec of the segment has room for them.</summary>
    /// <exception cref="IOException">The disk fails, or is full.</exception>
    public void WriteTo(SealedSegmentWriter writer)
    {
        for (var number = 0; number < _collectors.Length; number++)
        {
            var section = writer.BeginSection(
                new SectionKey(SealedSectionKind.PayloadIndex, (uint)number), PayloadIndexSectionFormat.Version, PayloadIndexSectionFormat.Flags);
            new IndexSectionWriter(section, _collectors[number], _rowCount).Write();
            section.End();
        }
    }

    /// <summary>Removes temporary files.</summary>
    public void Dispose()
    {
        foreach (var collector in _collectors)
            collector.Entries.Dispose();
    }

    private static string RunsPath(string temporaryPath, int number) => string.Create(CultureInfo.InvariantCulture, $"{temporaryPath}.{number}.runs");
}
