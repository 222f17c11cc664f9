namespace ActorVectorStore.Model;

/// <summary>A moment of the past at which a collection is read: <see cref="AsOfPin"/> or <see cref="AsOfPositions"/>; there are no others.</summary>
public abstract record AsOf
{
    private protected AsOf()
    {
    }
}
