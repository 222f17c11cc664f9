namespace ActorVectorStore.Testing;

/// <summary>What a power loss does to changes that were not synced.</summary>
public enum CrashPattern
{
    /// <summary>All of them are gone.</summary>
    None,

    /// <summary>All of them reached the disk in time.</summary>
    All,

    /// <summary>Each sector, length and name has one of the states it had since its last sync, independently of the others.</summary>
    Subset,

    /// <summary>As <see cref="Subset"/>, and of the last write (if it has several sectors) one run of sectors is there and the rest is not.</summary>
    Torn,

    /// <summary>As <see cref="Torn"/>, and the run ends inside a sector: disks promise whole sectors, caches and adapters do not.</summary>
    TornInsideSector,
}
