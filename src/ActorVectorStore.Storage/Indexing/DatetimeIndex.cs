using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of texts that name moments.</summary>
internal sealed class DatetimeIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The ticks of the moments, as <see cref="OrderedKey"/> writes them.</summary>
    public KeyTable Keys { get; } = new(index);

    protected override JsonType Held => JsonType.Text;

    protected override FieldAnswer? AskHeld(FieldTest test) => test switch
    {
        TimeRange range => new FieldAnswer(Inside(range.Bounds)),
        MatchKeyword match => new FieldAnswer(None, AnyOf([.. match.Values.Distinct(StringComparer.Ordinal).Select(Near)])),
        _ => null,
    };

    // The same moment may be written in other ways. A text that names none is not held.
    private RowSet Near(string text) => Instant.TryParse(Encoding.UTF8.GetBytes(text), out var moment)
        ? Inside(new Bounds<Instant> { AtLeast = moment, AtMost = moment })
        : Other;

    private KeyedRows Inside(Bounds<Instant> bounds) => new(Keys, Keys.Inside(bounds, key => new Instant(OrderedKey.ReadInt64(key))));
}
