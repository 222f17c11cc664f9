using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// Reads components of a stored row as singles, exactly: a type parameter, so that a kernel is compiled for each with the conversion inside. Little-endian; addresses need no
/// alignment, and only the components asked for are touched.
/// </summary>
internal unsafe interface IRowElement
{
    /// <summary>Bytes of a component.</summary>
    static abstract int Bytes { get; }

    /// <summary>One component.</summary>
    static abstract float Load(byte* source);

    /// <summary>4 components.</summary>
    static abstract Vector128<float> Load128(byte* source);

    /// <summary>8 components.</summary>
    static abstract Vector256<float> Load256(byte* source);

    /// <summary>16 components.</summary>
    static abstract Vector512<float> Load512(byte* source);
}
