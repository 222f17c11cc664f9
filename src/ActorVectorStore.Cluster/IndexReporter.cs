namespace ActorVectorStore.Cluster;

/// <summary>Takes in what the shards do that are being indexed. Any thread.</summary>
internal sealed class IndexReporter(IProgress<IndexProgress> progress) : ProgressReporter<IndexProgress>(progress)
{
    /// <summary>An index of so many vectors was begun.</summary>
    public void Planned(long vectors) => Change(now => now with { PlannedVectors = now.PlannedVectors + vectors });

    /// <summary>So many more vectors are in a graph.</summary>
    public void Indexed(long vectors) => Change(now => now with { IndexedVectors = Math.Min(now.IndexedVectors + vectors, now.PlannedVectors) });

    /// <summary>An index is there, which so many of its vectors had not been told of yet.</summary>
    public void Completed(long vectors) => Change(now => now with
    {
        IndexedVectors = Math.Min(now.IndexedVectors + vectors, now.PlannedVectors),
        Indexes = now.Indexes + 1,
    });
}
