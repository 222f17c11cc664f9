using System.Globalization;
using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The values that most points have among those that were offered, each once. One thread.</summary>
/// <param name="limit">Values kept, at least 1.</param>
internal sealed class TopFacets(int limit)
{
    private readonly SortedSet<(long Count, byte[] Key)> _best = new(Comparer<(long Count, byte[] Key)>.Create(Compare));
    private long _bytes;

    /// <summary>Offers a value.</summary>
    /// <exception cref="InvalidRequestException">The values that are kept have too many bytes.</exception>
    public void Offer(byte[] key, long count)
    {
        if (_best.Count == limit && Compare((count, key), _best.Max) > 0)
            return;
        _best.Add((count, key));
        _bytes += key.Length;
        if (_best.Count > limit)
        {
            _bytes -= _best.Max.Key.Length;
            _best.Remove(_best.Max);
        }

        if (_bytes > ModelLimits.FacetBytesMax)
        {
            throw new InvalidRequestException(
                "limit", $"values of at most {ModelLimits.FacetBytesMax} bytes together", string.Create(CultureInfo.InvariantCulture, $"more in {_best.Count} values"));
        }
    }

    /// <summary>The values that are kept, best first.</summary>
    public IReadOnlyList<FacetHit> Hits(PayloadIndexKind kind) => [.. _best.Select(entry => new FacetHit(ValueOf(kind, entry.Key), entry.Count))];

    private static int Compare((long Count, byte[] Key) left, (long Count, byte[] Key) right)
    {
        var byCount = right.Count.CompareTo(left.Count);
        return byCount != 0 ? byCount : KeyOrder.Instance.Compare(left.Key, right.Key);
    }

    private static FacetValue ValueOf(PayloadIndexKind kind, byte[] key) => kind switch
    {
        PayloadIndexKind.Integer => new FacetInteger(OrderedKey.ReadInt64(key)),
        PayloadIndexKind.Bool => new FacetBool(key.AsSpan().SequenceEqual(BoolKeys.TermOf(true))),
        PayloadIndexKind.Uuid => new FacetText(new Guid(key, bigEndian: true).ToString("D")),
        _ => new FacetText(Encoding.UTF8.GetString(key)),
    };
}
