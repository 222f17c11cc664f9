namespace ActorVectorStore.Storage;

/// <summary>Which vectors rows have: what a filter may ask besides the id and the payload.</summary>
internal interface IRowVectors
{
    /// <summary>Whether the row has a vector of this name.</summary>
    /// <exception cref="FileSystem.CorruptionException">What it touches is damaged.</exception>
    bool HasVector(string name, int row);
}
