namespace ActorVectorStore.Storage;

/// <summary>Keys of a <see cref="KeyTable"/> one behind the other.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The one behind the last; never before the first.</param>
internal readonly record struct KeyRange(long Start, long End)
{
    public long Count => End - Start;
}
