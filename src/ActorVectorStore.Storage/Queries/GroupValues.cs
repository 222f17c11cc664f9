using System.Text;
using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The values that a row is grouped by (<see cref="QueryGroupsRequest"/>), as keys: byte strings in the order of the values, with which those of several shards meet. Reads payloads as indexes do.
/// Has buffers: one thread.
/// </summary>
internal sealed class GroupValues : ElementTest, IEntrySink
{
    private const byte IntegerMark = 0;
    private const byte TextMark = 1;

    private readonly ValuePath _path;
    private readonly AnyElementTest _eachElement;
    private readonly KeywordKeys _texts = new();
    private readonly IntegerKeys _integers = new();
    private readonly HashSet<byte[]> _keys = new(BytesComparer.Instance);
    private byte _mark;

    public GroupValues(PayloadPath path)
    {
        _path = new ValuePath(path);
        _eachElement = new AnyElementTest(this);
    }

    /// <summary>The keys of a payload, each once; valid until the next call.</summary>
    /// <param name="payload">No bytes stand for the empty one.</param>
    public IReadOnlyCollection<byte[]> Of(ReadOnlySpan<byte> payload)
    {
        _keys.Clear();
        if (!payload.IsEmpty)
            _path.LeadsToAny(new Row(default, payload, vectors: null, number: 0, CancellationToken.None), _eachElement);
        return _keys;
    }

    /// <summary>The value that a key stands for.</summary>
    public static FacetValue ValueOf(ReadOnlySpan<byte> key) =>
        key[0] == IntegerMark ? new FacetInteger(OrderedKey.ReadInt64(key[1..])) : new FacetText(Encoding.UTF8.GetString(key[1..]));

    /// <summary>Where a filter finds the rows that have any of these values; null where one is too long for a filter.</summary>
    public static Filter? FilterOf(PayloadPath path, IEnumerable<byte[]> keys)
    {
        var values = keys.Select(key => ValueOf(key)).ToArray();
        string[] texts = [.. values.OfType<FacetText>().Select(text => text.Value)];
        long[] integers = [.. values.OfType<FacetInteger>().Select(integer => integer.Value)];
        return texts.Any(text => text.Length > ModelLimits.FilterTextLengthMax)
            ? null
            : Filter.AnyOf(new FieldCondition(path, new MatchKeyword(texts)), new FieldCondition(path, new MatchInteger(integers)));
    }

    /// <inheritdoc/>
    public override bool Holds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            _mark = TextMark;
            _texts.Add(ref reader, this, 0);
        }
        else if (reader.TokenType == JsonTokenType.Number)
        {
            _mark = IntegerMark;
            _integers.Add(ref reader, this, 0);
        }

        return false;
    }

    void IEntrySink.Add(ReadOnlySpan<byte> key, int row) => _keys.Add([_mark, .. key]);
}
