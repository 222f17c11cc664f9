using System.Diagnostics.CodeAnalysis;

namespace ActorVectorStore.Model;

/// <summary>
/// How one component of a vector is stored. What the type has comes back bit for bit; any other value is rounded to the nearest, of two equally near ones to the
/// even one. Queries are always float32. The values are stored and never change; 0 is reserved.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "The names of the types are what it is about.")]
public enum ElementType : byte
{
    /// <summary>4 bytes, as it was written.</summary>
    Float32 = 1,

    /// <summary>2 bytes: 11 significant bits, up to 65,504.</summary>
    Float16 = 2,

    /// <summary>2 bytes: the upper half of a float32, 8 significant bits.</summary>
    BFloat16 = 3,

    /// <summary>1 byte: a whole number from 0 to 255.</summary>
    UInt8 = 4,
}
