namespace ActorVectorStore.Persistence;

/// <summary>
/// Lets one reader of many batches decode a shape once as long as consecutive batches begin with the same one, which they do for the events of
/// one incarnation. One thread at a time.
/// </summary>
internal sealed class ShapeMemory
{
    private const int BytesMax = 4096;

    private byte[] _bytes = [];
    private EventShape? _shape;

    /// <summary>The remembered shape and its size if <paramref name="body"/> begins with its bytes.</summary>
    public (EventShape Shape, int Bytes)? Recall(ReadOnlySpan<byte> body) =>
        _shape is not null && body.StartsWith(_bytes) ? (_shape, _bytes.Length) : null;

    public void Remember(ReadOnlySpan<byte> bytes, EventShape shape)
    {
        if (bytes.Length <= BytesMax)
        {
            _bytes = bytes.ToArray();
            _shape = shape;
        }
    }
}
