using System.Diagnostics.CodeAnalysis;

namespace ActorVectorStore.Model;

/// <summary>
/// The name of a pinned index: 1 to <see cref="ModelLimits.PinNameLengthMax"/> UTF-16 code units of well-formed Unicode without control characters.
/// Names are compared code unit by code unit.
/// </summary>
public sealed record PinName : IParsable<PinName>
{
    private PinName(string value) => Value = value;

    /// <summary>The name as it was given.</summary>
    public string Value { get; }

    /// <summary>Checks a name.</summary>
    /// <exception cref="InvalidRequestException">The text is not a valid name.</exception>
    public static PinName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fault(text) is { } expected
            ? throw new InvalidRequestException("pin name", expected, text.Length == 0 ? "an empty text" : Quotation.Of(text))
            : new PinName(text);
    }

    /// <inheritdoc cref="Parse(string)" />
    public static PinName Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Checks a name; false if the text is not a valid one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out PinName result)
    {
        result = s is null || Fault(s) is not null ? null : new PinName(s);
        return result is not null;
    }

    /// <inheritdoc />
    public override string ToString() => Value;

    private static string? Fault(string text)
    {
        if (text.Length is 0 or > ModelLimits.PinNameLengthMax)
            return $"1 to {ModelLimits.PinNameLengthMax} characters";
        return text.Any(char.IsControl) || !FilterText.IsWellFormed(text) ? "well-formed Unicode without control characters" : null;
    }
}
