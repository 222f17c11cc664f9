namespace ActorVectorStore.Index;

/// <summary>How much of a component is in its code. The values are stored and never change; 0 is reserved.</summary>
public enum CodeKind
{
    /// <summary>Seven bits in a byte.</summary>
    SevenBits = 1,

    /// <summary>The four highest of them: half the memory. A query keeps all seven.</summary>
    FourBits = 2,
}
