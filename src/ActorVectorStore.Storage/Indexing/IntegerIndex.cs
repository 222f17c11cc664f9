using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of integers.</summary>
internal sealed class IntegerIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The integers, as <see cref="OrderedKey"/> writes them.</summary>
    public KeyTable Keys { get; } = new(index);

    protected override JsonType Held => JsonType.Number;

    protected override FieldAnswer? AskHeld(FieldTest test) => test switch
    {
        MatchInteger match => new FieldAnswer(Find(match.Values)),
        ExceptInteger except => AskExcept(Find(except.Values)),
        NumberRange range => new FieldAnswer(new KeyedRows(Keys, Keys.Inside(range.Bounds, key => Number.From(OrderedKey.ReadInt64(key)))), Other),
        _ => null,
    };

    private RowSet Find(IReadOnlyList<long> integers)
    {
        var found = new List<RowSet>();
        foreach (var integer in integers.Distinct())
        {
            var key = new byte[OrderedKey.Bytes];
            OrderedKey.Write(integer, key);
            if (Keys.EqualTo(key) is { Count: > 0 } range)
                found.Add(new KeyedRows(Keys, range));
        }

        return AnyOf(found);
    }
}
