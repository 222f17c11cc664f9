namespace ActorVectorStore.Index;

/// <summary>What a walk goes over.</summary>
/// <param name="Links">Neighbours, which may have the builder's marks.</param>
/// <param name="Codes">Codes by node.</param>
/// <param name="Nodes">Nodes that are linked: the first ones.</param>
/// <param name="Entries">Entry nodes: the first ones.</param>
internal readonly record struct WalkedGraph(GraphLinks Links, CodeTable Codes, int Nodes, int Entries);
