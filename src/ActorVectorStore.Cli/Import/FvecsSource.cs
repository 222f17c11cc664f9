using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary>
/// The format of the TEXMEX data sets: each record is an i32 number of components and as many f32, little-endian; all records have the same number.
/// </summary>
internal sealed class FvecsSource : IPointSource
{
    private readonly Stream _stream;
    private readonly byte[] _record;
    private ulong _nextId;
    private bool _isFirst = true;

    public FvecsSource(Stream stream, ulong firstId)
    {
        (_stream, _nextId) = (stream, firstId);
        Span<byte> head = stackalloc byte[sizeof(int)];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            throw new InvalidDataException("Expected a record at offset 0, found the end of the file.");
        }

        Dimension = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (Dimension is < 1 or > ModelLimits.DimensionMax)
        {
            throw new InvalidDataException($"Expected 1 to {ModelLimits.DimensionMax} components at offset 0, found {Dimension}.");
        }

        _record = new byte[sizeof(int) + (Dimension * sizeof(float))];
        head.CopyTo(_record);
        ReadRecord(alreadyRead: head.Length);
    }

    public int Dimension { get; }

    public (long Bytes, long Read) Progress => (_stream.Length, _stream.Position);

    public bool TryRead(out Point? point)
    {
        point = null;
        if (!_isFirst && !ReadRecord(alreadyRead: 0))
        {
            return false;
        }

        _isFirst = false;
        point = new Point(PointId.FromNumber(_nextId++), MemoryMarshal.Cast<byte, float>(_record.AsSpan(sizeof(int))).ToArray());
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private bool ReadRecord(int alreadyRead)
    {
        var offset = _stream.Position - alreadyRead;
        var read = alreadyRead + _stream.ReadAtLeast(_record.AsSpan(alreadyRead), _record.Length - alreadyRead, throwOnEndOfStream: false);
        if (read == 0)
        {
            return false;
        }

        if (read < _record.Length)
        {
            throw new InvalidDataException($"Expected a record of {_record.Length} bytes at offset {offset}, found {read}.");
        }

        var components = BinaryPrimitives.ReadInt32LittleEndian(_record);
        return components == Dimension
            ? true
            : throw new InvalidDataException($"Expected {Dimension} components at offset {offset}, as in the first record, found {components}.");
    }
}
