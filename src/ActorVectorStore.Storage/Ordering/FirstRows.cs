using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The first rows of an order among those that were offered, at most a given number. The result depends neither on the order of offers nor on how often a row is offered
/// with one value. One thread.
/// </summary>
internal sealed class FirstRows
{
    private readonly int _capacity;
    private readonly bool _isDescending;
    private readonly SortedSet<OrderedRow> _rows;

    /// <summary>None yet.</summary>
    /// <param name="capacity">Rows kept, at least 1.</param>
    /// <param name="direction">Their order.</param>
    public FirstRows(int capacity, OrderDirection direction)
    {
        _capacity = capacity;
        _isDescending = direction == OrderDirection.Descending;
        _rows = new SortedSet<OrderedRow>(OrderedRow.ComparerOf(direction));
    }

    private FirstRows(FirstRows other)
    {
        (_capacity, _isDescending) = (other._capacity, other._isDescending);
        _rows = new SortedSet<OrderedRow>(other._rows, other._rows.Comparer);
    }

    /// <summary>The rows that are kept, in their order.</summary>
    public IReadOnlyCollection<OrderedRow> Rows => _rows;

    /// <summary>Whether no row of this rank, nor of one behind it, can be among the first any more.</summary>
    public bool AreBefore(ulong rank) =>
        _rows.Count == _capacity && (_isDescending ? rank < _rows.Max.Rank : rank > _rows.Max.Rank);

    /// <summary>Whether a row is among the first, as far as is known.</summary>
    public bool Takes(OrderedRow row) => _rows.Count < _capacity || _rows.Comparer.Compare(row, _rows.Max) < 0;

    /// <summary>Offers a row.</summary>
    public void Offer(OrderedRow row)
    {
        if (!Takes(row))
            return;
        _rows.Add(row);
        if (_rows.Count > _capacity)
            _rows.Remove(_rows.Max);
    }

    /// <summary>The same rows, for going back to.</summary>
    public FirstRows Copy() => new(this);
}
