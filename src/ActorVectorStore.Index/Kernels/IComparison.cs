namespace ActorVectorStore.Index;

/// <summary>What is summed over the components of a query and a row, as a type parameter.</summary>
internal interface IComparison
{
    /// <summary>Whether no term is negative, so that a sum is as exact as its terms' sum of magnitudes.</summary>
    static abstract bool HasNoNegativeTerms { get; }

    /// <summary>The sum with the terms of these components added, lane by lane. Zeros in both add nothing.</summary>
    static abstract TVector Add<TLanes, TVector>(TVector sum, TVector query, TVector row)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged;
}
