using System.Globalization;
using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Description of a vector column.</summary>
/// <param name="Name">Up to 255 bytes of UTF-8; may be empty; unique in its segment.</param>
/// <param name="Kind">Dense, sparse or multi.</param>
/// <param name="Elements">How a component is stored; float32 for a sparse column.</param>
/// <param name="Distance">How its vectors are compared; stored for the readers, without meaning here.</param>
/// <param name="Dimension">Components of a vector, 1 to 65,536; 0 for a sparse column.</param>
/// <param name="HasLengths">Whether the length that each vector had before it was normalised is kept beside it; never for a sparse column.</param>
internal sealed record SealedColumn(
    string Name, VectorKind Kind, ElementType Elements, Distance Distance, int Dimension, bool HasLengths)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes from one stored vector to the next: whole cache lines.</summary>
    public int StrideBytes => (int)SealedSegmentFormat.AlignUp((long)Dimension * VectorElements.Bytes(Elements), SealedSegmentFormat.AlignmentBytes);

    /// <summary>What the description says, also if it breaks a rule; without the name, which may be foreign text.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind}, {Elements}, {Distance}, dimension {Dimension}{(HasLengths ? ", with lengths" : "")}");

    /// <summary>The name as it is stored.</summary>
    /// <exception cref="EncoderFallbackException">The name is not well-formed UTF-16.</exception>
    public byte[] NameUtf8() => Utf8.GetBytes(Name);

    /// <summary>The name in stored bytes; null if they are not UTF-8.</summary>
    public static string? NameOf(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Utf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The rule that this description breaks, as what a right one has; null if it breaks none.</summary>
    public string? BrokenRule()
    {
        if (!Enum.IsDefined(Kind) || !Enum.IsDefined(Elements) || !Enum.IsDefined(Distance))
            return "a known kind, element type and distance";
        if (Utf8.GetMaxByteCount(Name.Length) > SealedSegmentFormat.NameBytesMax && Encoding.UTF8.GetByteCount(Name) > SealedSegmentFormat.NameBytesMax)
            return string.Create(CultureInfo.InvariantCulture, $"a name of at most {SealedSegmentFormat.NameBytesMax} bytes");
        if (Kind == VectorKind.Sparse)
            return Elements == ElementType.Float32 && Dimension == 0 && !HasLengths ? null : "float32, dimension 0 and no lengths in a sparse column";
        return Dimension is >= 1 and <= ModelLimits.DimensionMax
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"a dimension of 1 to {ModelLimits.DimensionMax}");
    }
}
