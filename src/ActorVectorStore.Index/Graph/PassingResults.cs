using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>Candidates whose vectors pass are results, kept in a pool of their own: the walk goes on until as many as that keeps are closer than what it would look at next.</summary>
internal readonly unsafe ref struct PassingResults(CandidatePool kept, PassingVectors passing, uint* vectors) : IWalkResults
{
    private readonly CandidatePool _kept = kept;
    private readonly PassingVectors _passing = passing;
    private readonly uint* _vectors = vectors;

    public ulong Worst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _kept.Worst;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(ulong key)
    {
        if (key < _kept.Worst && _passing.Contains(_vectors[CandidatePool.NodeOf(key)]))
            _kept.Add(key);
    }
}
