using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>
/// A valid name of a collection: 1 to 255 UTF-16 code units of well-formed Unicode; no control characters, none of <c>/ \ &lt; &gt; : " | ? *</c>,
/// no white space at either end, not <c>.</c> or <c>..</c>.
/// </summary>
/// <remarks>
/// Names are compared code unit by code unit: <c>Words</c> and <c>words</c> are two collections, and so are two Unicode normal forms of one text.
/// Since some file systems do not see such a difference, a path is never made from the name but from <see cref="StorageName"/>.
/// </remarks>
public sealed class CollectionName : IEquatable<CollectionName>, IComparable<CollectionName>, IParsable<CollectionName>
{
    private const int StoragePrefixLengthMax = 32;
    private const int StorageHashBytes = 16;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\\<>:\"|?*");

    private CollectionName(string value) => Value = value;

    /// <summary>The name as it was given.</summary>
    public string Value { get; }

    /// <summary>
    /// A name for files and directories, the same for ever: up to 32 characters of the name (those of <c>a-z 0-9 _</c>, lower-cased; others become
    /// <c>_</c>), a hyphen, and the first 128 bits of the SHA-256 of the name's UTF-8 as lower-case hexadecimal digits. Different names differ here
    /// even where case is ignored; at most 65 ASCII characters.
    /// </summary>
    public string StorageName
    {
        get
        {
            var prefix = string.Create(Math.Min(Value.Length, StoragePrefixLengthMax), Value, static (target, name) =>
            {
                for (var i = 0; i < target.Length; i++)
                    target[i] = char.IsAsciiLetterOrDigit(name[i]) ? char.ToLowerInvariant(name[i]) : '_';
            });
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Value));
            return $"{prefix}-{Convert.ToHexStringLower(hash.AsSpan(0, StorageHashBytes))}";
        }
    }

    /// <summary>Checks a name.</summary>
    /// <exception cref="InvalidRequestException">The text is not a valid name.</exception>
    public static CollectionName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fault(text) is { } expected
            ? throw new InvalidRequestException("collection name", expected, text.Length == 0 ? "an empty text" : Quotation.Of(text))
            : new CollectionName(text);
    }

    /// <inheritdoc cref="Parse(string)" />
    public static CollectionName Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Checks a name; false if the text is not a valid one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [MaybeNullWhen(false)] out CollectionName name)
    {
        name = text is null || Fault(text) is not null ? null : new CollectionName(text);
        return name is not null;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out CollectionName result) =>
        TryParse(s, out result);

    /// <inheritdoc />
    public bool Equals(CollectionName? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as CollectionName);

    /// <inheritdoc />
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Ordinal order of the names.</summary>
    public int CompareTo(CollectionName? other) => string.CompareOrdinal(Value, other?.Value);

    /// <summary>Whether two names are the same.</summary>
    public static bool operator ==(CollectionName? left, CollectionName? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(CollectionName? left, CollectionName? right) => !(left == right);

    /// <summary>Whether the first comes before the second.</summary>
    public static bool operator <(CollectionName? left, CollectionName? right) => string.CompareOrdinal(left?.Value, right?.Value) < 0;

    /// <summary>Whether the first comes before the second or equals it.</summary>
    public static bool operator <=(CollectionName? left, CollectionName? right) => string.CompareOrdinal(left?.Value, right?.Value) <= 0;

    /// <summary>Whether the first comes after the second.</summary>
    public static bool operator >(CollectionName? left, CollectionName? right) => string.CompareOrdinal(left?.Value, right?.Value) > 0;

    /// <summary>Whether the first comes after the second or equals it.</summary>
    public static bool operator >=(CollectionName? left, CollectionName? right) => string.CompareOrdinal(left?.Value, right?.Value) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value;

    private static string? Fault(string text)
    {
        if (text.Length is 0 or > ModelLimits.CollectionNameLengthMax)
            return string.Create(CultureInfo.InvariantCulture, $"1 to {ModelLimits.CollectionNameLengthMax} characters");
        if (text.AsSpan().IndexOfAny(Forbidden) >= 0)
            return "none of / \\ < > : \" | ? *";
        if (text is "." or "..")
            return "a name other than . and ..";
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
            return "no white space at either end";
        return HasControlOrLoneSurrogate(text) ? "well-formed Unicode without control characters" : null;
    }

    private static bool HasControlOrLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                return true;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
