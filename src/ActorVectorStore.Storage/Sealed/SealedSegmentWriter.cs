using System.Text;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes a sealed segment: <see cref="Create"/>, <see cref="WriteRows"/>, sections of others if there are any, <see cref="Complete"/>, dispose. Until
/// <see cref="Complete"/> the file has a temporary name; after a crash at any moment there is either no file of the final name or a whole one. The same rows give the same
/// bytes. One thread.
/// </summary>
/// <remarks>
/// <para><b>Memory.</b> 1 MiB, one vector as it is stored, one payload block, 32 bytes for each row, and 8 bytes for each 64 KiB of the file. Sections are written
/// one after the other straight to their places: rows are asked for column by column (<see cref="ISealedRows"/>) instead of being kept. Whoever answers
/// may have to decode what a row has in a column: of a multi column all of its vectors at once.</para>
/// <para><b>Failures.</b> What the port throws: <see cref="DiskFullException"/>, <see cref="SyncFailedException"/>, <see cref="IOException"/>. The writer is then
/// only to be disposed of, which removes the temporary file as far as the disk allows. One that is left is overwritten by the next writer of the same path.</para>
/// </remarks>
internal sealed class SealedSegmentWriter : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly string _path;
    private readonly string _temporary;
    private readonly SealedSegmentSpec _spec;
    private readonly IFile _file;
    private readonly int _headBytes;
    private readonly SectionAppender _sections;
    private SegmentRows? _rows;
    private bool _isRenamed;

    private SealedSegmentWriter(
        IFileSystem fileSystem, string path, SealedSegmentSpec spec, Action<int>? pace, CancellationToken cancellationToken)
    {
        _fileSystem = fileSystem;
        _path = path;
        _temporary = path + AtomicReplacement.TemporaryEnding;
        _spec = spec;
        var sections = SectionPlan.FixedSections + (spec.Columns.Count * SectionPlan.SectionsPerColumnMax) + spec.ExtraSectionsMax;
        var directoryBytes = DirectoryWriter.Size(spec.WrittenBy, spec.Columns, sections);
        _headBytes = (int)SealedSegmentFormat.AlignUp(directoryBytes, SealedSegmentFormat.PageBytes);
        _file = fileSystem.Open(_temporary, FileOpening.CreateOrTruncate);
        _sections = new SectionAppender(_file, new BlockChecksum(spec.Id), _headBytes, pace, cancellationToken);
    }

    /// <summary>Begins a file. No file may have this name: a sealed segment never changes.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="path">The final name; its directory exists.</param>
    /// <param name="spec">What is known before the rows.</param>
    /// <param name="pace">Told after each piece how many bytes were written; may wait.</param>
    /// <param name="cancellationToken">Looked at before each MiB is written, and not any more once <see cref="Complete"/> has written the last.</param>
    /// <exception cref="ArgumentException">The spec breaks a limit of the format.</exception>
    /// <exception cref="IOException">The file exists already, or cannot be made.</exception>
    public static SealedSegmentWriter Create(
        IFileSystem fileSystem, string path, SealedSegmentSpec spec, Action<int>? pace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Require(spec);
        return fileSystem.FileExists(path)
            ? throw new IOException($"{path} exists already; a sealed segment is not written twice.")
            : new SealedSegmentWriter(fileSystem, path, spec, pace, cancellationToken);
    }

    /// <summary>Writes all rows. Once.</summary>
    /// <exception cref="ArgumentException">A row breaks a limit of the format or does not fit its column.</exception>
    public void WriteRows(ISealedRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, SealedSegmentFormat.RowsMax, nameof(rows));
        if (_rows is not null)
            throw new InvalidOperationException("The rows are written already.");
        IdSections.Write(_sections, rows);
        new PayloadSections(_sections, rows).Write();
        var columns = _spec.Columns.Select((column, number) => new ColumnEntry(column, new ColumnSections(_sections, rows, column, number).Write()));
        _rows = new SegmentRows(rows.Count, [.. columns]);
        RequirePlan(_rows);
    }

    /// <summary>Opens a section of another kind behind the rows; the caller appends to the result and ends it.</summary>
    /// <param name="key">A kind from <see cref="SealedSectionKind.FirstExtra"/> on, and an item; not used before in this file.</param>
    /// <param name="version">Version of the kind.</param>
    /// <param name="flags">What a reader may do without it.</param>
    public SectionAppender BeginSection(SectionKey key, ushort version, SealedSectionFlags flags)
    {
        var extras = _sections.Sections.Count(section => section.Key.Kind >= SealedSectionKind.FirstExtra);
        if (_rows is null || key.Kind < SealedSectionKind.FirstExtra || extras == _spec.ExtraSectionsMax || _sections.Sections.Any(section => section.Key == key))
            throw new InvalidOperationException($"Section {key} is not one of the {_spec.ExtraSectionsMax} that may follow the rows, or is there already.");
        _sections.Begin(key, version, flags);
        return _sections;
    }

    /// <summary>Ends the file, makes it durable and gives it its name. Durable on return.</summary>
    /// <exception cref="SyncFailedException">The file may or may not be there, now and after a crash; if it is, it is whole.</exception>
    public void Complete()
    {
        var rows = _rows ?? throw new InvalidOperationException("The rows are not written yet.");
        _sections.AppendChecksums();
        WriteDirectory(rows);
        _file.SyncData();
        _file.Dispose();
        _fileSystem.Rename(_temporary, _path);
        _isRenamed = true;
        _fileSystem.SyncDirectory(Path.GetDirectoryName(_path) is { Length: > 0 } directory ? directory : ".");
    }

    /// <summary>Removes the temporary file, unless it got its final name.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (_isRenamed)
            return;
        try
        {
            _fileSystem.DeleteFile(_temporary);
        }
        catch (IOException)
        {
            // What made the writing fail is the failure to report; the file that is left is in nobody's way.
        }
    }

    // The reader's rule about lengths, here before the file gets its name: rows that changed while they were written show in them.
    private void RequirePlan(SegmentRows rows)
    {
        foreach (var (key, length) in SectionPlan.Of(rows.Count, rows.Columns))
        {
            var section = _sections.Sections.Single(section => section.Key == key);
            if (length != SectionPlan.AnyLength && length != section.Length)
                throw new InvalidOperationException($"{_path}: section {key} has {section.Length} bytes instead of {length}; did the rows change?");
        }
    }

    private void WriteDirectory(SegmentRows rows)
    {
        var size = DirectoryWriter.Size(_spec.WrittenBy, _spec.Columns, _sections.Sections.Count);
        var fileBytes = _sections.Position + size + SealedSegmentFormat.FooterBytes;
        if (fileBytes > SealedSegmentFormat.FileBytesMax)
            throw new InvalidOperationException($"{_path} has {fileBytes} bytes, more than {SealedSegmentFormat.FileBytesMax}.");
        var directory = DirectoryWriter.Write(
            new SegmentDirectory(_spec.Id, _spec.WrittenBy, rows.Count, rows.Columns, _sections.Sections, _headBytes, fileBytes));
        var end = new byte[size + SealedSegmentFormat.FooterBytes];
        directory.CopyTo(end, 0);
        new DirectoryFooter(size, _spec.Id, fileBytes).Write(end.AsSpan(size));
        _file.Write(end, _sections.Position);
        var head = new byte[_headBytes];
        directory.CopyTo(head, 0);
        _file.Write(head, 0);
    }

    private static void Require(SealedSegmentSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.Columns.Count, SealedSegmentFormat.ColumnsMax, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(spec.WrittenBy), SealedSegmentFormat.NameBytesMax, nameof(spec));
        var sections = SectionPlan.FixedSections + (spec.Columns.Count * SectionPlan.SectionsPerColumnMax) + (long)spec.ExtraSectionsMax;
        ArgumentOutOfRangeException.ThrowIfNegative(spec.ExtraSectionsMax, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sections, SealedSegmentFormat.SectionsMax, nameof(spec));
        foreach (var column in spec.Columns)
        {
            if (column.BrokenRule() is { } rule)
                throw new ArgumentException($"Column '{column.Name}' has not {rule}: {column}.", nameof(spec));
        }

        if (spec.Columns.DistinctBy(column => column.Name, StringComparer.Ordinal).Count() != spec.Columns.Count)
            throw new ArgumentException("Two columns have the same name.", nameof(spec));
    }

    private sealed record SegmentRows(int Count, IReadOnlyList<ColumnEntry> Columns);
}
