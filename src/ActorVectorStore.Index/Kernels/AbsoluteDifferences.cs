using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>Magnitudes of the differences: the Manhattan distance.</summary>
internal readonly struct AbsoluteDifferences : IComparison
{
    public static bool HasNoNegativeTerms => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add<TLanes, TVector>(TVector sum, TVector query, TVector row)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => TLanes.Add(sum, TLanes.Abs(TLanes.Subtract(query, row)));
}
