namespace ActorVectorStore.Storage;

/// <summary>The entries of several cursors in one order, each once.</summary>
internal sealed class MergeCursor : EntryCursor
{
    private readonly PriorityQueue<EntryCursor, EntryCursor> _cursors = new(Comparer<EntryCursor>.Create(Compare));
    private byte[] _key = [];
    private int _keyBytes;
    private int _row = -1;

    public MergeCursor(IEnumerable<EntryCursor> cursors)
    {
        foreach (var cursor in cursors)
        {
            if (cursor.MoveNext())
                _cursors.Enqueue(cursor, cursor);
        }
    }

    public override ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyBytes);

    public override int Row => _row;

    public override bool MoveNext()
    {
        while (_cursors.TryPeek(out var first, out _))
        {
            var isNew = first.Row != _row || !first.Key.SequenceEqual(Key);
            if (isNew)
                Keep(first);
            // Out before it moves: a cursor in the queue must not change its place in the order.
            _cursors.Dequeue();
            if (first.MoveNext())
                _cursors.Enqueue(first, first);
            if (isNew)
                return true;
        }

        return false;
    }

    private void Keep(EntryCursor cursor)
    {
        _keyBytes = cursor.Key.Length;
        if (_keyBytes > _key.Length)
            _key = new byte[_keyBytes * 2];
        cursor.Key.CopyTo(_key);
        _row = cursor.Row;
    }
}
