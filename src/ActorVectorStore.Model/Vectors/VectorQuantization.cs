namespace ActorVectorStore.Model;

/// <summary>How much of a component a vector index keeps in memory; results are always ordered by the vectors as they are stored. The values are stored and never change; 0 is reserved.</summary>
public enum VectorQuantization
{
    /// <summary>A byte for each component.</summary>
    Scalar8 = 1,

    /// <summary>Four bits for each component: half the memory. Where a sample says that it is too little for the vectors, a byte is kept.</summary>
    Scalar4 = 2,
}
