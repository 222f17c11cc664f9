namespace ActorVectorStore.Model;

/// <summary>A value that points are counted by, as the index of the field holds it.</summary>
public abstract record FacetValue
{
    private protected FacetValue()
    {
    }
}
