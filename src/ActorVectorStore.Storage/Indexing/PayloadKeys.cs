using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Reads in payloads what an index would hold of them, for rows of which there is no index or a damaged one: the same keys, so that the same is answered. It goes where
/// filters go: it is asked as a test of every element, and says of none that it passes, so that it is asked of the next. One thread.
/// </summary>
internal sealed class PayloadKeys : ElementTest
{
    private readonly ValuePath _path;
    private readonly ElementKeys _keys;
    private readonly AnyElementTest _eachElement;
    private readonly IEntrySink _sink;
    private int _row;

    public PayloadKeys(PayloadIndex index, IEntrySink sink)
    {
        _path = new ValuePath(index.Path);
        _keys = ElementKeys.Of(index);
        _eachElement = new AnyElementTest(this);
        _sink = sink;
    }

    /// <summary>Gives the sink the keys of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="payload">Its payload; no bytes stand for the empty one.</param>
    public void Read(int row, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return;
        _row = row;
        _path.LeadsToAny(new Row(default, payload, vectors: null, number: 0, CancellationToken.None), _eachElement);
    }

    public override bool Holds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Null)
            _keys.Add(ref reader, _sink, _row);
        return false;
    }
}
