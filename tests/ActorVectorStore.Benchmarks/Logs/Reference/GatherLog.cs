namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>Reference: one writer thread takes what is queued, one write and one sync, and gathers those it has just acknowledged.</summary>
internal sealed class GatherLog : ReferenceLog
{
    private readonly GroupCommitter _committer;

    public GatherLog(string directory, int callers, RingSize ring)
        : base(directory, ring)
    {
        _committer = new GroupCommitter(callers, GroupCommitter.UsualGatherMax, Commit);
    }

    public override void Append(int caller, ReadOnlyMemory<byte> payload) =>
        _committer.Append(caller, payload, ReferenceFrame.BodyHash(payload.Span));

    public override ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload) =>
        _committer.AppendAsync(caller, payload, ReferenceFrame.BodyHash(payload.Span));

    protected override void DisposeCommitter() => _committer.Dispose();
}
