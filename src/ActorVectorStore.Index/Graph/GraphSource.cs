namespace ActorVectorStore.Index;

/// <summary>A graph whose vectors become part of another index: what it knows of them is kept.</summary>
/// <param name="Parts">The graph.</param>
/// <param name="NewNumbers">The number that each of its vectors has in the other index, or <see cref="Gone"/>.</param>
public sealed record GraphSource(GraphParts Parts, ReadOnlyMemory<int> NewNumbers)
{
    /// <summary>What <see cref="NewNumbers"/> says of a vector that the other index does not have.</summary>
    public const int Gone = -1;
}
