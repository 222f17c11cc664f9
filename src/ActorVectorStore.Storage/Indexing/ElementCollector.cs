using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Collects what one index holds of payloads. It goes where filters go: it is asked as a test of every value at the index's path, and says of none that it
/// passes, so that it is asked of the next. Unlike other tests it has state: one thread.
/// </summary>
internal sealed class ElementCollector : ValueTest
{
    private readonly ValuePath _path;
    private readonly ElementKeys _keys;
    private readonly EntrySorter _entries;
    private readonly RowBitmap[] _sets;
    private readonly int _rowCount;
    private int _row;
    private int _elements;
    private bool _isKeyed;

    public ElementCollector(PayloadIndex index, EntrySorter entries, int rowCount)
    {
        Index = index;
        _path = new ValuePath(index.Path);
        _keys = ElementKeys.Of(index);
        _entries = entries;
        _rowCount = rowCount;
        _sets = [.. Enumerable.Range(0, PayloadIndexSectionFormat.RowSets).Select(_ => new RowBitmap(rowCount))];
    }

    /// <summary>The index.</summary>
    public PayloadIndex Index { get; }

    /// <summary>Its keys or terms.</summary>
    public EntrySorter Entries => _entries;

    /// <summary>Its row sets, by number.</summary>
    public IReadOnlyList<RowBitmap> Sets => _sets;

    /// <summary>Rows with a key or a term.</summary>
    public int KeyedRows { get; private set; }

    /// <summary>Collects from a payload.</summary>
    public void Collect(int row, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)_rowCount, nameof(row));
        (_row, _elements, _isKeyed) = (row, 0, false);
        _path.LeadsToAny(new Row(default, payload, vectors: null, number: 0, CancellationToken.None), this);
        KeyedRows += _isKeyed ? 1 : 0;
    }

    public override bool Holds(in Row row, ref Utf8JsonReader reader)
    {
        Put(RowSetKind.Present);
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                Put(RowSetKind.Null);
                break;
            case JsonTokenType.StartArray:
                Put(RowSetKind.Array);
                CollectElements(ref reader);
                break;
            default:
                Put(RowSetKind.NonEmpty);
                CollectElement(ref reader);
                break;
        }

        return false;
    }

    private void CollectElements(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Put(RowSetKind.NonEmpty);
            var element = reader;
            CollectElement(ref element);
            reader.Skip();
        }
    }

    private void CollectElement(ref Utf8JsonReader element)
    {
        if (element.TokenType == JsonTokenType.Null)
            return;
        Put(RowSetKind.Element);
        if (++_elements > 1)
            Put(RowSetKind.Several);
        var holding = _keys.Add(ref element, _entries, _row);
        if (holding != ElementHolding.Exact)
            Put(holding == ElementHolding.Foreign ? RowSetKind.Foreign : RowSetKind.Other);
        _isKeyed |= holding is ElementHolding.Exact or ElementHolding.Inexact;
    }

    private void Put(RowSetKind kind) => _sets[(int)kind].TryAdd(_row);
}
