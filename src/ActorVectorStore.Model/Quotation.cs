namespace ActorVectorStore.Model;

/// <summary>
/// Foreign text inside an error message: cut to a bounded length, and with control characters replaced, so that a hostile request can neither
/// blow up a log nor forge a line in it.
/// </summary>
internal static class Quotation
{
    private const int LengthMax = 64;

    /// <summary>The text in quotation marks.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        var shown = text.Length <= LengthMax ? text : text[..LengthMax];
        Span<char> clean = stackalloc char[shown.Length];
        for (var i = 0; i < shown.Length; i++)
            clean[i] = char.IsControl(shown[i]) || char.IsSurrogate(shown[i]) ? '\uFFFD' : shown[i];
        return text.Length <= LengthMax ? $"'{clean}'" : $"'{clean}...' ({text.Length} characters)";
    }
}
