using System.Text.Json;
using System.Text.Unicode;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary>
/// One JSON object a line: <c>{"id": 7 or "uuid", "vector": [0.1, ...], "payload": {...}}</c>; the payload may be left out. Empty lines are passed over.
/// </summary>
internal sealed class JsonLinesSource : IPointSource
{
    /// <summary>A vector and a payload of the greatest size fit.</summary>
    private const int LineBytesMax = 16 << 20;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = ModelLimits.PayloadDepthMax + 1 };

    private readonly Stream _stream;
    private byte[] _buffer = new byte[64 << 10];
    private int _begin;
    private int _end;
    private long _line;
    private Point? _first;

    public JsonLinesSource(Stream stream)
    {
        _stream = stream;
        _first = ReadPoint() ?? throw new InvalidDataException("Expected a line with a point, found the end of the file.");
        Dimension = _first.Vector.Length;
    }

    /// <summary>0 until the first point has been read.</summary>
    public int Dimension { get; }

    public (long Bytes, long Read) Progress => (_stream.Length, _stream.Position - (_end - _begin));

    public bool TryRead(out Point? point)
    {
        point = _first ?? ReadPoint();
        _first = null;
        return point is not null;
    }

    public void Dispose() => _stream.Dispose();

    private Point? ReadPoint()
    {
        while (TryReadLine(out var line))
        {
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                return Parse(line);
            }
        }

        return null;
    }

    private Point Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
        {
            throw new InvalidDataException($"Line {_line}: expected UTF-8, found other bytes.");
        }

        try
        {
            using var document = JsonDocument.Parse(line, Options);
            var point = PointOf(document.RootElement);
            return Dimension == 0 || point.Vector.Length == Dimension
                ? point
                : throw new FormatException($"Expected {Dimension} components, as in the first point, found {point.Vector.Length}.");
        }
        catch (Exception e) when (e is JsonException or InvalidRequestException or FormatException)
        {
            throw new InvalidDataException($"Line {_line}: {e.Message}", e);
        }
    }

    private static Point PointOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"Expected an object with id, vector and payload, found {root.ValueKind}.");
        }

        PointId? id = null;
        float[]? vector = null;
        var payload = Payload.Empty;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "id":
                    id = PointId.Parse(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText());
                    break;
                case "vector":
                    vector = VectorOf(member.Value);
                    break;
                case "payload":
                    payload = Payload.From(member.Value);
                    break;
                default:
                    throw new FormatException($"Expected the members id, vector and payload, found '{member.Name}'.");
            }
        }

        return new Point(
            id ?? throw new FormatException("Expected a member id, found none."),
            vector ?? throw new FormatException("Expected a member vector, found none."),
            payload);
    }

    private static float[] VectorOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() is < 1 or > ModelLimits.DimensionMax)
        {
            throw new FormatException($"Expected a vector of 1 to {ModelLimits.DimensionMax} numbers, found something else.");
        }

        var vector = new float[element.GetArrayLength()];
        var i = 0;
        foreach (var component in element.EnumerateArray())
        {
            vector[i++] = component.ValueKind == JsonValueKind.Number
                ? component.GetSingle()
                : throw new FormatException($"Expected a number as component {i - 1}, found {component.ValueKind}.");
        }

        return vector;
    }

    /// <summary>The bytes up to the next line feed or the end; they are valid until the next call.</summary>
    private bool TryReadLine(out ReadOnlyMemory<byte> line)
    {
        _line++;
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_begin + searched, _end - _begin - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = _buffer.AsMemory(_begin, searched + found);
                _begin += searched + found + 1;
                return true;
            }

            searched = _end - _begin;
            if (!Fill())
            {
                line = _buffer.AsMemory(_begin, searched);
                _begin = _end;
                return searched > 0;
            }
        }
    }

    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            var kept = _end - _begin;
            if (kept > LineBytesMax)
            {
                throw new InvalidDataException($"Line {_line}: expected at most {LineBytesMax} bytes, found more.");
            }

            var target = kept > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            _buffer.AsSpan(_begin, kept).CopyTo(target);
            (_buffer, _begin, _end) = (target, 0, kept);
        }

        var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
