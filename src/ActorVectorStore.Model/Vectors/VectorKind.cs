namespace ActorVectorStore.Model;

/// <summary>How many numbers a point has in a vector. The values are stored and never change; 0 is reserved.</summary>
public enum VectorKind : byte
{
    /// <summary>One vector of a fixed dimension.</summary>
    Dense = 1,

    /// <summary>One vector of any dimension, most of whose components are 0 and not stored.</summary>
    Sparse = 2,

    /// <summary>Any number of vectors of a fixed dimension.</summary>
    Multi = 3,
}
