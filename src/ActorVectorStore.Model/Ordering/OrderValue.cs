namespace ActorVectorStore.Model;

/// <summary>A value that points are ordered by, as the index of the field holds it.</summary>
public abstract record OrderValue
{
    private protected OrderValue()
    {
    }
}
