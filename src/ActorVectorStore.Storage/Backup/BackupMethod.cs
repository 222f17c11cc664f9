namespace ActorVectorStore.Storage;

/// <summary>How segments get into a backup. Either way they are read and checked first, and restoring copies.</summary>
public enum BackupMethod
{
    /// <summary>
    /// By copying: what happens to the disk blocks of the database does not happen to the backup. The default, as that is what a backup is made for, though it takes as
    /// much room again.
    /// </summary>
    Copy,

    /// <summary>
    /// By a second name of the same bytes (a hard link) where the file system can, and by copying where it cannot. It takes no time and no room, and outlives any deletion in the
    /// database. A block that rots, or a disk that dies, takes both.
    /// </summary>
    Link,
}
