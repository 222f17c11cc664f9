using System.Buffers;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>The rules of a text inside a filter.</summary>
internal static class FilterText
{
    /// <summary>The text, if it is not too long and a payload could hold it.</summary>
    /// <exception cref="InvalidRequestException">It is too long, or has half of a surrogate pair.</exception>
    public static string Checked(string subject, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsAllowed(text) ? text : throw Refused(subject, text);
    }

    /// <summary>A copy of the list, if each of its texts is one that <see cref="Checked"/> takes.</summary>
    /// <exception cref="InvalidRequestException">There are too many texts, or one breaks the rules.</exception>
    public static ValueList<string> CheckedAll(string subject, IReadOnlyList<string> texts)
    {
        var copy = ValueList<string>.Copy(subject, texts, ModelLimits.FilterValuesMax);
        for (var i = 0; i < copy.Count; i++)
        {
            if (!IsAllowed(copy[i]))
                throw Refused($"{subject}[{i}]", copy[i]);
        }

        return copy;
    }

    /// <summary>Whether every surrogate is one of a pair.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != OperationStatus.Done)
                return false;
            text = text[consumed..];
        }

        return true;
    }

    private static bool IsAllowed(string text) => text.Length <= ModelLimits.FilterTextLengthMax && IsWellFormed(text);

    private static InvalidRequestException Refused(string subject, string text) => text.Length > ModelLimits.FilterTextLengthMax
        ? new InvalidRequestException(subject, $"a text of at most {ModelLimits.FilterTextLengthMax} characters", $"{text.Length} characters")
        : new InvalidRequestException(subject, "well-formed Unicode", "a lone surrogate");
}
