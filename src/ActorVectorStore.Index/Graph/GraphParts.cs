namespace ActorVectorStore.Index;

/// <summary>What an index is made of. Safe from any thread.</summary>
/// <param name="Codec">How vectors became codes.</param>
/// <param name="Kind">What rows have of the codes.</param>
/// <param name="Codes">Rows of codes by node.</param>
/// <param name="Links">Neighbours by node.</param>
/// <param name="VectorsByNode">The vector's number of each node, and behind them those of vectors that are no nodes: u32.</param>
/// <param name="NodesByVector">The node of each vector, or its place behind the nodes: u32.</param>
/// <param name="VectorCount">Vectors: nodes, and those without a direction where directions are compared.</param>
/// <param name="Entries">Entry nodes: the first ones, at least 1 if there is a node.</param>
/// <param name="FreshShare">Part of a neighbour list that a walk has not met before, on average.</param>
/// <param name="Owner">Whose the memory is: it stays as long as its owner is referred to, and is not disposed.</param>
public sealed unsafe record GraphParts(
    ScalarCodec Codec, CodeKind Kind, CodeTable Codes, GraphLinks Links, nint VectorsByNode, nint NodesByVector, int VectorCount, int Entries, double FreshShare, object Owner)
{
    internal uint* Vectors => (uint*)VectorsByNode;

    internal uint* Nodes => (uint*)NodesByVector;

    internal WalkedGraph Graph => new(Links, Codes, Links.Count, Entries);
}
