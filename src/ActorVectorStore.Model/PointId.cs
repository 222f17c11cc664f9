using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// Identity of a point inside its collection: an unsigned 64-bit number or a UUID. The default value is the number 0.
/// </summary>
/// <remarks>
/// <para><b>Order.</b> All numbers by value, then all UUIDs by their sixteen bytes as they are written (big-endian): the order of scrolling and
/// of equal scores.</para>
/// <para><b>Text.</b> A number is its decimal digits without leading zeros; a UUID is 8-4-4-4-12 lower-case hexadecimal digits. Parsing also takes
/// upper case, 32 digits without hyphens and the prefix <c>urn:uuid:</c>.</para>
/// </remarks>
public readonly record struct PointId : IComparable<PointId>, ISpanParsable<PointId>, ISpanFormattable
{
    private const string Forms = "a decimal number from 0 to 18446744073709551615 without leading zeros, or a UUID as 8-4-4-4-12 hexadecimal digits";
    private const string UrnPrefix = "urn:uuid:";

    private static readonly SearchValues<char> UuidCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    private readonly bool _isUuid;
    private readonly ulong _high;
    private readonly ulong _low;

    private PointId(bool isUuid, ulong high, ulong low)
    {
        _isUuid = isUuid;
        _high = high;
        _low = low;
    }

    /// <summary>Whether this is a UUID; otherwise it is a number.</summary>
    public bool IsUuid => _isUuid;

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">This is a UUID.</exception>
    public ulong Number => _isUuid ? throw new InvalidOperationException($"Point id {this} is a UUID, not a number.") : _low;

    /// <summary>The UUID.</summary>
    /// <exception cref="InvalidOperationException">This is a number.</exception>
    public Guid Uuid => _isUuid ? ToGuid() : throw new InvalidOperationException($"Point id {this} is a number, not a UUID.");

    /// <summary>The first eight bytes of a UUID, big-endian; 0 for a number.</summary>
    internal ulong High => _high;

    /// <summary>The last eight bytes of a UUID, big-endian; the value of a number.</summary>
    internal ulong Low => _low;

    /// <summary>The point of this number.</summary>
    public static PointId FromNumber(ulong number) => new(isUuid: false, 0, number);

    /// <summary>The point of this UUID.</summary>
    public static PointId FromUuid(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return FromUuidHalves(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    /// <summary>The point of the UUID whose sixteen bytes are these two numbers, big-endian.</summary>
    internal static PointId FromUuidHalves(ulong high, ulong low) => new(isUuid: true, high, low);

    /// <inheritdoc />
    public int CompareTo(PointId other)
    {
        if (_isUuid != other._isUuid)
            return _isUuid ? 1 : -1;
        var byHigh = _high.CompareTo(other._high);
        return byHigh != 0 ? byHigh : _low.CompareTo(other._low);
    }

    /// <summary>Whether the first comes before the second.</summary>
    public static bool operator <(PointId left, PointId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first comes before the second or equals it.</summary>
    public static bool operator <=(PointId left, PointId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first comes after the second.</summary>
    public static bool operator >(PointId left, PointId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first comes after the second or equals it.</summary>
    public static bool operator >=(PointId left, PointId right) => left.CompareTo(right) >= 0;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="InvalidRequestException">The text is neither a number nor a UUID.</exception>
    public static PointId Parse(string text) => Parse(text.AsSpan(), null);

    /// <inheritdoc cref="Parse(string)" />
    public static PointId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)" />
    public static PointId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new InvalidRequestException("point id", Forms, Quotation.Of(s));

    /// <summary>Reads the text form; false if the text is neither a number nor a UUID.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PointId id) => TryParse(text.AsSpan(), null, out id);

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PointId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc />
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out PointId result)
    {
        if (IsCanonicalNumber(s) && ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            result = FromNumber(number);
            return true;
        }

        // Guid's own parsers forgive white space and signs; an id has one spelling, up to case and hyphens.
        var isUrn = s.StartsWith(UrnPrefix, StringComparison.OrdinalIgnoreCase);
        var digits = isUrn ? s[UrnPrefix.Length..] : s;
        var form = digits.Length == 36 ? "D" : digits.Length == 32 && !isUrn ? "N" : null;
        if (form is not null && !digits.ContainsAnyExcept(UuidCharacters) && Guid.TryParseExact(digits, form, out var uuid))
        {
            result = FromUuid(uuid);
            return true;
        }

        result = default;
        return false;
    }

    /// <summary>Seeded anew in each process: ids come from users, and nobody shall be able to choose ids that collide in a hash table.</summary>
    public override int GetHashCode() => HashCode.Combine(_isUuid, _high, _low);

    /// <inheritdoc />
    public override string ToString() => _isUuid ? ToGuid().ToString("D") : _low.ToString(CultureInfo.InvariantCulture);

    /// <summary>The text form; format and provider are ignored, since an id has one spelling.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the text form; format and provider are ignored, since an id has one spelling.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) => _isUuid
        ? ToGuid().TryFormat(destination, out charsWritten, "D")
        : _low.TryFormat(destination, out charsWritten, default, CultureInfo.InvariantCulture);

    private static bool IsCanonicalNumber(ReadOnlySpan<char> s) => s.Length is >= 1 and <= 20 && (s[0] != '0' || s.Length == 1);

    private Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return new Guid(bytes, bigEndian: true);
    }
}
