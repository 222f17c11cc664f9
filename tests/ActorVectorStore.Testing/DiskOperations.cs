namespace ActorVectorStore.Testing;

/// <summary>Kinds of operations that can be counted and made to fail; combine them to count several kinds together.</summary>
[Flags]
public enum DiskOperations
{
    None = 0,

    /// <summary>Reading and mapping.</summary>
    Read = 1,
    Write = 2,

    /// <summary>Sync of a file.</summary>
    Sync = 4,
    DirectorySync = 8,

    /// <summary>Opening in any way, creation included.</summary>
    Open = 16,
    Rename = 32,

    /// <summary>Deletion of a file or of a directory.</summary>
    Delete = 64,
    SetLength = 128,
    Preallocate = 256,
    CreateDirectory = 512,
    Lock = 1024,

    /// <summary>An opening that makes a file or empties one; it counts as <see cref="Open"/> too.</summary>
    Create = 2048,

    /// <summary>A second name for a file.</summary>
    Link = 4096,

    /// <summary>Everything that brings bytes or lengths into files.</summary>
    AnyWrite = Write | SetLength | Preallocate,

    /// <summary>Everything that a full disk can refuse; where blocks are copied on write, that is overwriting and cutting too.</summary>
    AnySpace = AnyWrite | Create | Rename | Link | CreateDirectory | Lock,

    /// <summary>Every point on which durability rests.</summary>
    AnySync = Sync | DirectorySync,
}
