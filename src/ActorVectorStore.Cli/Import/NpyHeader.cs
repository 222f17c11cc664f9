using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary>
/// The header of NumPy's array files (NEP 1), versions 1 to 3: the magic <c>\x93NUMPY</c>, u8 major and minor version, u16 (version 1) or u32 length, and
/// a Python dictionary with <c>descr</c>, <c>fortran_order</c> and <c>shape</c>.
/// </summary>
/// <param name="ComponentBytes">Bytes of a component: 2, 4 or 8, a little-endian IEEE float.</param>
/// <param name="Rows">Vectors in the file.</param>
/// <param name="Dimension">Components of each.</param>
internal sealed partial record NpyHeader(int ComponentBytes, long Rows, int Dimension)
{
    private const int PreludeBytes = 8;
    private const int TextBytesMax = 1 << 16;

    /// <summary>Reads the header; the stream then stands on the first component.</summary>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> prelude = stackalloc byte[PreludeBytes];
        ReadExactly(stream, prelude, "a NumPy header");
        if (prelude[0] != 0x93 || !prelude[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("Expected the magic of a NumPy array at offset 0, found other bytes.");
        }

        if (prelude[6] is < 1 or > 3)
        {
            throw new InvalidDataException($"Expected version 1, 2 or 3 of the NumPy format, found {prelude[6]}.");
        }

        Span<byte> length = stackalloc byte[prelude[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        ReadExactly(stream, length, "the length of the NumPy header");
        var bytes = length.Length == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (bytes > TextBytesMax)
        {
            throw new InvalidDataException($"Expected a NumPy header of at most {TextBytesMax} bytes, found {bytes}.");
        }

        var text = new byte[bytes];
        ReadExactly(stream, text, "the NumPy header");
        return Parse(Encoding.UTF8.GetString(text));
    }

    private static NpyHeader Parse(string text)
    {
        var (descr, order, shape) = (Descr().Match(text), Order().Match(text), Shape().Match(text));
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException("Expected a NumPy header with descr, fortran_order and a shape of rows and components, found another text.");
        }

        var type = descr.Groups["type"].Value;
        var componentBytes = type switch
        {
            "<f2" => 2,
            "<f4" => 4,
            "<f8" => 8,
            _ => throw new InvalidDataException($"Expected components of type <f2, <f4 or <f8, found '{type}'."),
        };
        if (order.Groups["isFortran"].Value == "True")
        {
            throw new InvalidDataException("Expected an array in C order, found one in Fortran order.");
        }

        if (!long.TryParse(shape.Groups["rows"].Value, CultureInfo.InvariantCulture, out var rows)
            || !int.TryParse(shape.Groups["components"].Value, CultureInfo.InvariantCulture, out var dimension)
            || dimension is < 1 or > ModelLimits.DimensionMax)
        {
            throw new InvalidDataException(
                $"Expected a shape of rows and 1 to {ModelLimits.DimensionMax} components, found ({shape.Groups["rows"]}, {shape.Groups["components"]}).");
        }

        return new NpyHeader(componentBytes, rows, dimension);
    }

    private static void ReadExactly(Stream stream, Span<byte> target, string what)
    {
        var read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        if (read < target.Length)
        {
            throw new InvalidDataException($"Expected {what} of {target.Length} bytes, found {read} before the end of the file.");
        }
    }

    // The keys of the dictionary may stand in any order.
    [GeneratedRegex("""'descr':\s*'(?<type>[^']{1,16})'""", RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex("""'fortran_order':\s*(?<isFortran>True|False)""", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex("""'shape':\s*\((?<rows>\d{1,18}),\s*(?<components>\d{1,9}),?\s*\)""", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
