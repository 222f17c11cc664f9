namespace ActorVectorStore.Storage;

/// <summary>Names a section inside its file.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Item">Number of the vector column that it belongs to; 0 if it belongs to none.</param>
internal readonly record struct SectionKey(SealedSectionKind Kind, uint Item = 0)
{
    public override string ToString() => $"{Kind}/{Item}";
}
