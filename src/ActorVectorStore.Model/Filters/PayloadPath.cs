using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>
/// A way into a payload, as text: a key, then any number of <c>.key</c>, <c>[n]</c> (one element of an array, from 0) and <c>[]</c> (each element of
/// an array), such as <c>name</c>, <c>address.city</c>, <c>tags[0]</c> or <c>items[].price</c>.
/// </summary>
/// <remarks>
/// <para><b>Keys</b> of letters, numbers, marks, <c>_</c> and <c>-</c> are written as they are, others between quotation marks: <c>"a.b".c</c> has two keys.
/// Inside them <c>\"</c> and <c>\\</c> stand for <c>"</c> and <c>\</c>. Keys are compared character by character.</para>
/// <para><b>What it leads to</b> are the values at the end of every way that it describes. A step that does not fit leads nowhere: to a key of
/// anything but an object, or to an element of anything but an array. So <c>a.b</c> finds nothing in <c>{"a":[{"b":1}]}</c>, where <c>a[].b</c> does. An array
/// at the end is one value; <see cref="FieldTest"/> says what tests make of it.</para>
/// <para>At most <see cref="ModelLimits.PathLengthMax"/> characters and <see cref="ModelLimits.PathStepsMax"/> steps. Two paths are equal if their steps are.</para>
/// </remarks>
public sealed record PayloadPath : IParsable<PayloadPath>
{
    private PayloadPath(ValueList<PathStep> steps) => Steps = steps;

    /// <summary>The steps; the first is to a key.</summary>
    public IReadOnlyList<PathStep> Steps { get; }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="InvalidRequestException">The text is no path, or too long.</exception>
    public static PayloadPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > ModelLimits.PathLengthMax)
            throw new InvalidRequestException("path", $"at most {ModelLimits.PathLengthMax} characters", $"{text.Length}");
        return Of(new PathReader(text).Read());
    }

    /// <inheritdoc cref="Parse(string)" />
    public static PayloadPath Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads the text form; false if the text is no path, or too long.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out PayloadPath result)
    {
        try
        {
            result = s is null ? null : Parse(s);
        }
        catch (InvalidRequestException)
        {
            result = null;
        }

        return result is not null;
    }

    /// <summary>The path to a key of the payload, whatever its characters are.</summary>
    /// <exception cref="InvalidRequestException">The key is too long, or not well-formed.</exception>
    public static PayloadPath ToKey(string key) => Of([PathStep.ToKey(FilterText.Checked("path", key))]);

    /// <summary>The text form, in which each key is quoted only if it must be.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            _ = step.Kind switch
            {
                PathStepKind.Element => text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]"),
                PathStepKind.Elements => text.Append("[]"),
                _ => text.Append(text.Length > 0 ? "." : "").Append(PathReader.TextOf(step.Key)),
            };
        }

        return text.ToString();
    }

    /// <summary>This path and a last step to each element, unless it ends with one.</summary>
    internal PayloadPath ToElements() => Steps[^1] == PathStep.ToElements ? this : Of([.. Steps, PathStep.ToElements]);

    /// <summary>The path of steps that were those of a path once; the caller has checked what <see cref="FilterFormat"/> says of them.</summary>
    internal static PayloadPath FromSteps(IReadOnlyList<PathStep> steps) => Of(steps);

    private static PayloadPath Of(IReadOnlyList<PathStep> steps) =>
        new(ValueList<PathStep>.Copy("path steps", steps, ModelLimits.PathStepsMax));
}
