namespace ActorVectorStore.FileSystem;

/// <summary>
/// The only door to disk. Everything that a room above does to files goes through this port, so that a test can put a disk behind it that
/// loses unsynced writes, tears, rots, fills up and fails.
/// </summary>
/// <remarks>
/// <para><b>Durability.</b> A write, a new length, a rename, a new name or a removed name is durable only after the matching sync has returned:
/// <see cref="IFile.SyncData"/> for the bytes and the length of one file, <see cref="SyncDirectory"/> for the names in one directory.
/// Before that a crash may keep any part of it.</para>
/// <para><b>Failures.</b> A missing file throws <see cref="FileNotFoundException"/>; a full disk or quota <see cref="DiskFullException"/>;
/// a failed sync <see cref="SyncFailedException"/>; anything else that the system refuses <see cref="IOException"/>. Arguments that can never
/// be right (an empty path, a negative length) throw <see cref="ArgumentException"/>.</para>
/// <para><b>Threads.</b> All members may be called from any thread. Paths are absolute or relative to the process's directory and
/// compared as the operating system compares them.</para>
/// </remarks>
public interface IFileSystem
{
    /// <summary>Opens a file. The name of a created file is durable only after <see cref="SyncDirectory"/> on its directory.</summary>
    IFile Open(string path, FileOpening opening);

    /// <summary>Whether a file of this name exists.</summary>
    bool FileExists(string path);

    /// <summary>Whether a directory of this name exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>The names (without the directory's path) of the files in a directory, in ordinal order. Empty if the directory does not exist.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>The names (without the directory's path) of the directories in a directory, in ordinal order. Empty if it does not exist.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>
    /// Creates a directory and its missing parents; the names are durable on return, also that of a directory that was there before (the
    /// process that made it may have died before its sync).
    /// </summary>
    /// <exception cref="SyncFailedException">A sync failed; the directories may be there, but their names may not be durable.</exception>
    void CreateDirectory(string path);

    /// <summary>Removes a file's name; open files stay usable. Does nothing if there is no such file. Durable after <see cref="SyncDirectory"/>.</summary>
    void DeleteFile(string path);

    /// <summary>Removes an empty directory. Durable after <see cref="SyncDirectory"/> on its parent.</summary>
    void DeleteDirectory(string path);

    /// <summary>
    /// Gives a file another name in one step, replacing a file that has it. After a crash either the old or the new state is there, never
    /// neither. Durable after <see cref="SyncDirectory"/> on the directories of both names. The bytes are another matter: those of a file
    /// that was not synced may be lost under either name. Both names must be on one file system.
    /// </summary>
    void Rename(string source, string target);

    /// <summary>
    /// Gives a file a second name, if the file system can: both names then stand for the same bytes, and removing either leaves the other. The bytes are as durable as they were;
    /// the name is after <see cref="SyncDirectory"/> on the directory of <paramref name="target"/>. A symbolic link is followed.
    /// </summary>
    /// <returns>Whether it was done. False where it cannot be: the names are on different file systems, or theirs has no such names or no more of them for this file.</returns>
    /// <exception cref="FileNotFoundException">There is no file <paramref name="source"/>.</exception>
    /// <exception cref="IOException">The name <paramref name="target"/> is taken, or the system refuses for another reason.</exception>
    bool TryLink(string source, string target);

    /// <summary>Makes the names in a directory durable: creations, links, renames and deletions that returned before this call.</summary>
    /// <exception cref="SyncFailedException">The operating system reported an error; the names may or may not be durable.</exception>
    void SyncDirectory(string path);

    /// <summary>
    /// Takes the directory for this process until the result is disposed of. The owner's process id is written to the lock file.
    /// The directory must exist.
    /// </summary>
    /// <exception cref="DirectoryLockedException">Another process, or another owner in this process, has it.</exception>
    IDisposable LockDirectory(string path);

    /// <summary>Bytes that this process may still write to the file system that holds the directory.</summary>
    long AvailableBytes(string directory);
}
