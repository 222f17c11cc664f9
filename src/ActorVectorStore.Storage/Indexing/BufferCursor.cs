namespace ActorVectorStore.Storage;

/// <summary>The sorted entries of a buffer.</summary>
internal sealed class BufferCursor(EntryBuffer buffer) : EntryCursor
{
    private int _at = -1;

    public override ReadOnlySpan<byte> Key => buffer.KeyOf(_at);

    public override int Row => buffer.RowOf(_at);

    public override bool MoveNext() => ++_at < buffer.Count;
}
