using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// The description of an index over one field of the payloads. It never changes what a filter finds, only how soon. Immutable, checked when it is made,
/// equal to another that says the same. Its bytes are those of <see cref="PayloadIndexFormat"/>.
/// </summary>
public sealed record PayloadIndex
{
    /// <summary>Checks and keeps the description.</summary>
    /// <param name="path">Where the values are; as text at most <see cref="ModelLimits.PathLengthMax"/> characters.</param>
    /// <param name="kind">What is held of them.</param>
    /// <param name="text">For a text index its options, null for <see cref="TextIndexOptions.Default"/>; null for all others.</param>
    /// <exception cref="InvalidRequestException">The parts do not fit each other.</exception>
    public PayloadIndex(PayloadPath path, PayloadIndexKind kind, TextIndexOptions? text = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (kind is < PayloadIndexKind.Keyword or > PayloadIndexKind.Text)
            throw new InvalidRequestException("payload index kind", "keyword, integer, float, bool, datetime, uuid, geo or text", Text((int)kind));
        if (text is not null && kind != PayloadIndexKind.Text)
            throw new InvalidRequestException("payload index", "options of texts for a text index only", $"them for kind {kind}");
        // A path that was made of a key and not read from a text may be longer than one that can be read.
        if (path.ToString().Length is var length && length > ModelLimits.PathLengthMax)
            throw new InvalidRequestException("payload index path", $"at most {ModelLimits.PathLengthMax} characters", Text(length));
        Path = path;
        Kind = kind;
        TextOptions = kind == PayloadIndexKind.Text ? text ?? TextIndexOptions.Default : null;
    }

    /// <summary>Where the values are.</summary>
    public PayloadPath Path { get; }

    /// <summary>What is held of them.</summary>
    public PayloadIndexKind Kind { get; }

    /// <summary>What a text index takes for tokens; null for all other kinds.</summary>
    public TextIndexOptions? TextOptions { get; }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
