namespace ActorVectorStore.Storage;

/// <summary>What a reader may do without a section. The values are stored and never change.</summary>
[Flags]
internal enum SealedSectionFlags : ushort
{
    None = 0,

    /// <summary>A reader that does not know the section's kind or version skips it; without this flag it refuses the file.</summary>
    Optional = 1,

    /// <summary>The section can be made again from others: its damage costs time, no data.</summary>
    Derived = 2,
}
