using System.Diagnostics.CodeAnalysis;

namespace ActorVectorStore.Index;

/// <summary>How the components of stored rows are written. Queries are float32 always.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The names of the types are what it is about.")]
public enum RowElement
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32 = 0,

    /// <summary>The upper half of a single, 2 bytes: its range with 8 bits of precision.</summary>
    BFloat16 = 1,

    /// <summary>IEEE 754 half precision, 2 bytes: up to 65,504 with 11 bits of precision. No infinities and no NaN are stored.</summary>
    Float16 = 2,

    /// <summary>Integers 0 to 255, 1 byte.</summary>
    UInt8 = 3,
}
