using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Cluster;

/// <summary>
/// What the serializer gives in place of a record that it cannot read. It does not know whose record it is; the actor that gets it does, and refuses
/// to recover.
/// </summary>
/// <param name="Manifest">The record's manifest.</param>
/// <param name="Expected">What a readable one has.</param>
/// <param name="Found">What this one has.</param>
/// <param name="NewerVersion">The version of the record's layout if a newer program wrote it; 0 if the record is damaged.</param>
internal sealed record UnreadableRecord(string Manifest, string Expected, string Found, int NewerVersion)
{
    /// <summary>The newest layout of each kind of record so far.</summary>
    public const int NewestVersion = 2;

    /// <summary>The failure to tell the owner's callers.</summary>
    public Exception Explained(string persistenceId, long sequenceNr)
    {
        var record = $"record {sequenceNr} of '{persistenceId}' (manifest '{Manifest}')";
        return NewerVersion > 0
            ? new UnsupportedFormatException(record, NewerVersion, NewestVersion)
            : new CorruptionException(record, 0, Expected, Found);
    }
}
