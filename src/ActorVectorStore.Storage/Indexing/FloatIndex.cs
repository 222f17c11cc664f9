using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of numbers, each as the nearest double. The payload is asked for numbers that are none.</summary>
internal sealed class FloatIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The doubles, as <see cref="OrderedKey"/> writes them.</summary>
    public KeyTable Keys { get; } = new(index);

    protected override JsonType Held => JsonType.Number;

    protected override FieldAnswer? AskHeld(FieldTest test) => test switch
    {
        NumberRange range => new FieldAnswer(Without(Inside(range.Bounds), Other), Other),
        // How a number is written is not held.
        MatchInteger match => new FieldAnswer(None, AnyOf([.. match.Values.Distinct().Select(Near), Other])),
        _ => null,
    };

    private KeyedRows Near(long integer) => Inside(new Bounds<Number> { AtLeast = integer, AtMost = integer });

    private KeyedRows Inside(Bounds<Number> bounds) => new(Keys, Keys.Inside(bounds, Decode));

    private Number Decode(ReadOnlySpan<byte> key)
    {
        var value = OrderedKey.ReadDouble(key);
        return double.IsNaN(value) ? throw Keys.CorruptKey(0, "numbers") : Number.From(value);
    }
}
