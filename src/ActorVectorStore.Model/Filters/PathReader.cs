using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>One pass over the text of a path; <see cref="PayloadPath"/> has the grammar.</summary>
internal ref struct PathReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>The steps of the whole text.</summary>
    /// <exception cref="InvalidRequestException">The text does not fit the grammar.</exception>
    public List<PathStep> Read()
    {
        var steps = new List<PathStep> { ReadKey() };
        while (_at < _text.Length)
        {
            if (Take('.'))
                steps.Add(ReadKey());
            else if (Take('['))
                steps.Add(ReadElement());
            else
                throw Fault("'.', '[' or the end");
        }

        return steps;
    }

    /// <summary>A key as it is written inside a path.</summary>
    public static string TextOf(string key)
    {
        if (key.Length > 0 && LengthOfPlainKey(key) == key.Length)
            return key;
        return $"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private PathStep ReadKey()
    {
        if (Take('"'))
            return PathStep.ToKey(ReadQuoted());
        var length = LengthOfPlainKey(_text[_at..]);
        if (length == 0)
            throw Fault("a key of letters, numbers, '_' and '-', or one in quotation marks");
        var key = _text.Slice(_at, length).ToString();
        _at += length;
        return PathStep.ToKey(key);
    }

    private string ReadQuoted()
    {
        var key = new StringBuilder();
        while (!Take('"'))
        {
            if (Take('\\') && !(Peek() is '"' or '\\'))
                throw Fault("'\"' or '\\' after '\\'");
            if (Rune.DecodeFromUtf16(_text[_at..], out _, out var consumed) != OperationStatus.Done)
                throw Fault("well-formed Unicode and a closing quotation mark");
            key.Append(_text.Slice(_at, consumed));
            _at += consumed;
        }

        return key.ToString();
    }

    private PathStep ReadElement()
    {
        if (Take(']'))
            return PathStep.ToElements;
        var digits = _text[_at..];
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length <= 0 || !int.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw Fault($"']' or a position from 0 to {int.MaxValue}");
        _at += length;
        return Take(']') ? PathStep.ToElement(index) : throw Fault("']'");
    }

    private readonly char? Peek() => _at < _text.Length ? _text[_at] : null;

    private bool Take(char expected)
    {
        if (Peek() != expected)
            return false;
        _at++;
        return true;
    }

    private readonly InvalidRequestException Fault(string expected)
    {
        var found = _at < _text.Length ? $"{Quotation.Of(_text[_at..])} at position {_at}" : "the end";
        return new InvalidRequestException($"path {Quotation.Of(_text)}", expected, found);
    }

    private static int LengthOfPlainKey(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (Rune.DecodeFromUtf16(text[length..], out var rune, out var consumed) == OperationStatus.Done && IsPlain(rune))
            length += consumed;
        return length;
    }

    private static bool IsPlain(Rune rune) => rune.Value is '_' or '-' || Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
