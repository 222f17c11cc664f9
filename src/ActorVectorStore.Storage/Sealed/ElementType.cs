namespace ActorVectorStore.Storage;

/// <summary>
/// How one component of a vector is stored; <see cref="VectorElements"/> says what becomes of a float32. The values are stored and never change; 0 is
/// reserved.
/// </summary>
internal enum ElementType : byte
{
    Float32 = 1,
    Float16 = 2,

    /// <summary>The upper half of a float32.</summary>
    BFloat16 = 3,

    /// <summary>A whole number from 0 to 255.</summary>
    UInt8 = 4,
}
