using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>Squares of the differences: the squared Euclidean distance.</summary>
internal readonly struct SquaredDifferences : IComparison
{
    public static bool HasNoNegativeTerms => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add<TLanes, TVector>(TVector sum, TVector query, TVector row)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        var difference = TLanes.Subtract(query, row);
        return TLanes.MultiplyAdd(difference, difference, sum);
    }
}
