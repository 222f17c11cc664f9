namespace ActorVectorStore.Storage;

/// <summary>The order of keys and terms: as byte strings, which is that of their values.</summary>
internal sealed class KeyOrder : IComparer<byte[]>
{
    public static KeyOrder Instance { get; } = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
