using System.Buffers.Binary;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary>The rows of a NumPy array of rows x components; see <see cref="NpyHeader"/>.</summary>
internal sealed class NpySource : IPointSource
{
    private readonly Stream _stream;
    private readonly NpyHeader _header;
    private readonly byte[] _row;
    private readonly ulong _firstId;
    private long _next;

    public NpySource(Stream stream, ulong firstId)
    {
        (_stream, _firstId, _header) = (stream, firstId, NpyHeader.Read(stream));
        _row = new byte[_header.Dimension * _header.ComponentBytes];
    }

    public int Dimension => _header.Dimension;

    public (long Bytes, long Read) Progress => (_stream.Length, _stream.Position);

    public bool TryRead(out Point? point)
    {
        point = null;
        if (_next == _header.Rows)
        {
            return _stream.ReadByte() < 0
                ? false
                : throw new InvalidDataException($"Expected the end of the file after {_header.Rows} rows, found more bytes.");
        }

        var read = _stream.ReadAtLeast(_row, _row.Length, throwOnEndOfStream: false);
        if (read < _row.Length)
        {
            throw new InvalidDataException($"Expected {_header.Rows} rows of {_row.Length} bytes, as the header says, found {read} bytes of row {_next}.");
        }

        point = new Point(PointId.FromNumber(_firstId + (ulong)_next++), Vector());
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private float[] Vector()
    {
        var vector = new float[_header.Dimension];
        for (var i = 0; i < vector.Length; i++)
        {
            var component = _row.AsSpan(i * _header.ComponentBytes);
            vector[i] = _header.ComponentBytes switch
            {
                2 => (float)BinaryPrimitives.ReadHalfLittleEndian(component),
                4 => BinaryPrimitives.ReadSingleLittleEndian(component),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(component),
            };
        }

        return vector;
    }
}
