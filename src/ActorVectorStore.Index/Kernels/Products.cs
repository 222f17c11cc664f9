using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>Products: the dot product.</summary>
internal readonly struct Products : IComparison
{
    public static bool HasNoNegativeTerms => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add<TLanes, TVector>(TVector sum, TVector query, TVector row)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => TLanes.MultiplyAdd(query, row, sum);
}
