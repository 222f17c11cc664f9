namespace ActorVectorStore.Testing;

/// <summary>A change of one file's bytes or length that no sync has made durable yet.</summary>
/// <param name="Number">The operation that made it, for the choice of the last write.</param>
/// <param name="From">First byte that changed.</param>
/// <param name="To">End of the bytes that changed; equal to <paramref name="From"/> where only the length did.</param>
/// <param name="Bytes">The bytes written; null if the bytes became zero because the file was cut.</param>
/// <param name="SetsLength">The file's length afterwards, or null if the change only makes sure that it covers <paramref name="To"/>.</param>
internal sealed record PendingChange(long Number, long From, long To, byte[]? Bytes, long? SetsLength)
{
    public bool IsWrite => Bytes is not null;

    public static PendingChange Write(long number, long offset, byte[] bytes) => new(number, offset, offset + bytes.Length, bytes, null);

    public static PendingChange Cut(long number, long length, long oldLength) => new(number, length, oldLength, null, length);

    public static PendingChange Grow(long number, long length) => new(number, length, length, null, length);

    public long LengthAfter(long lengthBefore) => SetsLength ?? Math.Max(lengthBefore, To);

    /// <summary>Applies the part of the change that lies in <c>[from, to)</c>.</summary>
    public void ApplyTo(PagedBytes target, long from, long to)
    {
        var start = Math.Max(from, From);
        var end = Math.Min(to, To);
        if (Bytes is null)
        {
            target.Clear(start, end);
        }
        else
        {
            target.Put(Bytes.AsSpan((int)(start - From), (int)(end - start)), start);
        }
    }
}
