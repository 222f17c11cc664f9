namespace ActorVectorStore.Storage;

/// <summary>How many numbers a row has in a vector column. The values are stored and never change; 0 is reserved.</summary>
internal enum SealedColumnKind : byte
{
    /// <summary>One vector of the column's dimension.</summary>
    Dense = 1,

    /// <summary>One vector of any dimension, most of whose components are 0 and not stored.</summary>
    Sparse = 2,

    /// <summary>Any number of vectors of the column's dimension.</summary>
    Multi = 3,
}
