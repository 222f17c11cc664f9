namespace ActorVectorStore.Testing;

/// <summary>What a name in a directory stands for.</summary>
internal abstract class Node
{
    private protected Node()
    {
    }
}
