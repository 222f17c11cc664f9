namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>The phases of one pass, as its callers see them: warming up, then measured, then over.</summary>
internal sealed class PassClock
{
    private volatile bool _measuring;
    private volatile bool _over;

    public bool IsMeasuring => _measuring;

    public bool IsOver => _over;

    public void BeginMeasuring() => _measuring = true;

    public void EndMeasuring() => _measuring = false;

    public void EndPass() => _over = true;
}
