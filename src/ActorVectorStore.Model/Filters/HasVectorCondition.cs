namespace ActorVectorStore.Model;

/// <summary>The point has a vector of this name.</summary>
public sealed record HasVectorCondition : Condition
{
    /// <summary>Checks and keeps the name.</summary>
    /// <exception cref="InvalidRequestException">It is too long, or not well-formed.</exception>
    public HasVectorCondition(string name) => Name = FilterText.Checked("has_vector", name);

    /// <summary>Name of the vector; empty for the one that has no name.</summary>
    public string Name { get; }

    internal override FilterExtent Extent => FilterExtent.OfPointCondition;
}
