using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>What the port promises about names, files and failures, for every implementation. Durability is in the simulator's own tests.</summary>
public abstract class FileSystemContract
{
    protected abstract IFileSystem Disk { get; }

    /// <summary>An empty directory that exists.</summary>
    protected abstract string Root { get; }

    [Theory]
    [InlineData(FileOpening.ReadExisting)]
    [InlineData(FileOpening.WriteExisting)]
    public void Opening_an_existing_file_finds_its_bytes(FileOpening opening)
    {
        Disk.WriteWhole(At("f"), [1, 2, 3]);
        using var file = Disk.Open(At("f"), opening);
        Assert.Equal(3, file.Length);
        Assert.Equal(new byte[] { 1, 2, 3 }, ReadAll(file));
    }

    [Theory]
    [InlineData(FileOpening.ReadExisting, "missing")]
    [InlineData(FileOpening.WriteExisting, "missing")]
    [InlineData(FileOpening.ReadExisting, "no-directory/missing")]
    [InlineData(FileOpening.WriteExisting, "no-directory/missing")]
    [InlineData(FileOpening.ReadExisting, "file/below-a-file")]
    [InlineData(FileOpening.ReadExisting, "file/")]
    public void A_missing_file_is_not_found(FileOpening opening, string name)
    {
        Disk.WriteWhole(At("file"), [1]);
        Assert.Throws<FileNotFoundException>(() => Disk.Open(At(name), opening));
    }

    [Fact]
    public void CreateNew_makes_an_empty_file()
    {
        using var file = Disk.Open(At("f"), FileOpening.CreateNew);
        Assert.Equal(0, file.Length);
        file.Write([7], 0);
        Assert.Equal(new byte[] { 7 }, ReadAll(file));
        Assert.True(Disk.FileExists(At("f")));
    }

    [Fact]
    public void CreateNew_refuses_a_name_that_exists_and_leaves_it_alone()
    {
        Disk.WriteWhole(At("f"), [1, 2, 3]);
        Assert.ThrowsAny<IOException>(() => Disk.Open(At("f"), FileOpening.CreateNew));
        Assert.Equal(new byte[] { 1, 2, 3 }, Disk.ReadWhole(At("f")));
    }

    [Fact]
    public void CreateOrTruncate_makes_a_file_or_empties_it()
    {
        Disk.Open(At("f"), FileOpening.CreateOrTruncate).Dispose();
        Disk.WriteWhole(At("f"), [1, 2, 3]);
        using var file = Disk.Open(At("f"), FileOpening.CreateOrTruncate);
        Assert.Equal(0, file.Length);
        file.Write([9], 2);
        Assert.Equal(new byte[] { 0, 0, 9 }, ReadAll(file));
    }

    [Theory]
    [InlineData(FileOpening.CreateNew)]
    [InlineData(FileOpening.CreateOrTruncate)]
    public void A_file_is_not_created_where_there_is_no_directory(FileOpening opening)
    {
        Assert.Throws<DirectoryNotFoundException>(() => Disk.Open(At("no/f"), opening));
        Assert.False(Disk.DirectoryExists(At("no")));
    }

    [Theory]
    [InlineData(FileOpening.ReadExisting)]
    [InlineData(FileOpening.WriteExisting)]
    [InlineData(FileOpening.CreateNew)]
    [InlineData(FileOpening.CreateOrTruncate)]
    public void A_directory_cannot_be_opened_as_a_file(FileOpening opening)
    {
        Disk.CreateDirectory(At("d"));
        Assert.ThrowsAny<IOException>(() => Disk.Open(At("d"), opening));
    }

    [Fact]
    public void A_file_opened_for_reading_cannot_be_changed()
    {
        Disk.WriteWhole(At("f"), [1, 2, 3]);
        using var file = Disk.Open(At("f"), FileOpening.ReadExisting);
        Assert.ThrowsAny<IOException>(() => file.Write([9], 0));
        Assert.ThrowsAny<IOException>(() => file.SetLength(1));
        Assert.ThrowsAny<IOException>(() => file.Preallocate(9000));
        Assert.Equal(new byte[] { 1, 2, 3 }, ReadAll(file));
    }

    [Fact]
    public void A_way_of_opening_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Disk.Open(At("f"), (FileOpening)9));

    [Fact]
    public void Impossible_paths_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Disk.Open("", FileOpening.CreateNew));
        Assert.ThrowsAny<ArgumentException>(() => Disk.Open(At("a\0b"), FileOpening.CreateNew));
        Assert.ThrowsAny<IOException>(() => Disk.Open(At(new string('x', 256)), FileOpening.CreateNew));
        Assert.ThrowsAny<IOException>(() => Disk.Open(At("name/"), FileOpening.CreateNew));
        Assert.False(Disk.FileExists(""));
        Assert.False(Disk.DirectoryExists(""));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("ünïcode-名前-🙂")]
    [InlineData("..hidden")]
    [InlineData("a%2Fb")]
    [InlineData("tab\tand\nnewline")]
    public void Any_other_name_is_a_name(string name)
    {
        Disk.WriteWhole(At(name), [5]);
        Assert.Equal([name], Disk.ListFiles(Root));
        Assert.Equal(new byte[] { 5 }, Disk.ReadWhole(At(name)));
    }

    [Fact]
    public void A_name_may_have_255_bytes()
    {
        var name = new string('x', 255);
        Disk.WriteWhole(At(name), [5]);
        Assert.True(Disk.FileExists(At(name)));
    }

    [Fact]
    public void Dots_and_double_separators_in_a_path_mean_what_they_always_mean()
    {
        Disk.CreateDirectory(At("d"));
        Disk.WriteWhole(At("d//./../d/f"), [1]);
        Assert.Equal(["f"], Disk.ListFiles(At("d")));
    }

    [Fact]
    public void Names_that_differ_in_case_are_two_files_where_the_system_says_so()
    {
        Disk.WriteWhole(At("name"), [1]);
        Assert.Equal(!OperatingSystem.IsLinux(), Disk.FileExists(At("NAME")));
    }

    [Fact]
    public void Path_is_the_one_the_file_was_opened_with_also_after_a_rename()
    {
        using var file = Disk.Open(At("f"), FileOpening.CreateNew);
        Disk.Rename(At("f"), At("g"));
        Assert.Equal(At("f"), file.Path);
        file.Write([4], 0);
        Assert.Equal(new byte[] { 4 }, Disk.ReadWhole(At("g")));
    }

    [Fact]
    public void A_file_is_no_directory_and_a_directory_no_file()
    {
        Disk.CreateDirectory(At("d"));
        Disk.WriteWhole(At("f"), []);
        Assert.True(Disk.DirectoryExists(At("d")));
        Assert.False(Disk.FileExists(At("d")));
        Assert.True(Disk.FileExists(At("f")));
        Assert.False(Disk.DirectoryExists(At("f")));
        Assert.False(Disk.FileExists(At("f/")));
        Assert.True(Disk.DirectoryExists(At("d/")));
        Assert.False(Disk.FileExists(At("f/g")));
    }

    [Fact]
    public void Lists_give_names_in_ordinal_order_and_files_apart_from_directories()
    {
        foreach (var name in new[] { "b", "a", "B", "10", "9" })
        {
            Disk.WriteWhole(At($"f{name}"), []);
            Disk.CreateDirectory(At($"d{name}/inner"));
        }

        var expected = new[] { "10", "9", "B", "a", "b" };
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(expected.Select(name => "f" + name), Disk.ListFiles(Root));
            Assert.Equal(expected.Select(name => "d" + name), Disk.ListDirectories(Root));
        }
    }

    [Fact]
    public void The_list_of_a_directory_that_does_not_exist_is_empty()
    {
        Disk.WriteWhole(At("f"), []);
        Assert.Empty(Disk.ListFiles(At("no")));
        Assert.Empty(Disk.ListDirectories(At("no")));
        Assert.Empty(Disk.ListFiles(At("f")));
    }

    [Fact]
    public void CreateDirectory_makes_parents_and_may_be_repeated()
    {
        Disk.CreateDirectory(At("a/b/c"));
        Disk.WriteWhole(At("a/b/c/f"), [1]);
        Disk.CreateDirectory(At("a/b/c"));
        Disk.CreateDirectory(At("a/b/"));
        Assert.Equal(["b"], Disk.ListDirectories(At("a")));
        Assert.Equal(["f"], Disk.ListFiles(At("a/b/c")));
    }

    [Fact]
    public void CreateDirectory_refuses_the_name_of_a_file()
    {
        Disk.WriteWhole(At("f"), [1]);
        Assert.ThrowsAny<IOException>(() => Disk.CreateDirectory(At("f")));
        Assert.ThrowsAny<IOException>(() => Disk.CreateDirectory(At("f/g/h")));
        Assert.Equal(new byte[] { 1 }, Disk.ReadWhole(At("f")));
    }

    [Fact]
    public void DeleteFile_removes_the_name_and_is_quiet_if_there_is_none()
    {
        Disk.WriteWhole(At("f"), [1]);
        Disk.DeleteFile(At("f"));
        Assert.False(Disk.FileExists(At("f")));
        Disk.DeleteFile(At("f"));
        Disk.DeleteFile(At("no/f"));
    }

    [Fact]
    public void An_open_file_stays_usable_after_its_name_is_gone()
    {
        using var file = Disk.Open(At("f"), FileOpening.CreateNew);
        file.Write([1, 2], 0);
        Disk.DeleteFile(At("f"));
        file.Write([3], 2);
        file.SyncData();
        Assert.Equal(new byte[] { 1, 2, 3 }, ReadAll(file));
    }

    [Fact]
    public void DeleteFile_refuses_a_directory()
    {
        Disk.CreateDirectory(At("d"));
        Assert.ThrowsAny<IOException>(() => Disk.DeleteFile(At("d")));
        Assert.True(Disk.DirectoryExists(At("d")));
    }

    [Fact]
    public void DeleteDirectory_removes_an_empty_directory_only()
    {
        Disk.CreateDirectory(At("d/e"));
        Assert.ThrowsAny<IOException>(() => Disk.DeleteDirectory(At("d")));
        Disk.DeleteDirectory(At("d/e"));
        Disk.WriteWhole(At("d/f"), []);
        Assert.ThrowsAny<IOException>(() => Disk.DeleteDirectory(At("d")));
        Disk.DeleteFile(At("d/f"));
        Disk.DeleteDirectory(At("d"));
        Assert.False(Disk.DirectoryExists(At("d")));
        Assert.ThrowsAny<IOException>(() => Disk.DeleteDirectory(At("d")));
    }

    [Fact]
    public void Rename_moves_the_bytes_and_replaces_what_has_the_name()
    {
        Disk.CreateDirectory(At("d"));
        Disk.WriteWhole(At("f"), [1, 2]);
        Disk.WriteWhole(At("d/g"), [3, 4, 5]);
        Disk.Rename(At("f"), At("d/g"));
        Assert.False(Disk.FileExists(At("f")));
        Assert.Equal(new byte[] { 1, 2 }, Disk.ReadWhole(At("d/g")));
        Assert.Equal(["g"], Disk.ListFiles(At("d")));
    }

    [Fact]
    public void A_replaced_file_stays_usable_for_those_who_have_it_open()
    {
        Disk.WriteWhole(At("f"), [1]);
        Disk.WriteWhole(At("g"), [2, 2]);
        using var replaced = Disk.Open(At("g"), FileOpening.ReadExisting);
        Disk.Rename(At("f"), At("g"));
        Assert.Equal(new byte[] { 2, 2 }, ReadAll(replaced));
    }

    [Fact]
    public void Rename_to_the_same_name_changes_nothing()
    {
        Disk.WriteWhole(At("f"), [1]);
        Disk.Rename(At("f"), At("f"));
        Assert.Equal(new byte[] { 1 }, Disk.ReadWhole(At("f")));
    }

    [Fact]
    public void Rename_refuses_what_it_cannot_do_and_changes_nothing()
    {
        Disk.WriteWhole(At("f"), [1]);
        Disk.CreateDirectory(At("d"));
        Assert.Throws<FileNotFoundException>(() => Disk.Rename(At("no"), At("g")));
        Assert.Throws<FileNotFoundException>(() => Disk.Rename(At("no/no"), At("g")));
        Assert.Throws<FileNotFoundException>(() => Disk.Rename(At("d"), At("e")));
        Assert.Throws<DirectoryNotFoundException>(() => Disk.Rename(At("f"), At("no/g")));
        Assert.ThrowsAny<IOException>(() => Disk.Rename(At("f"), At("d")));
        Assert.Equal(["f"], Disk.ListFiles(Root));
        Assert.Equal(["d"], Disk.ListDirectories(Root));
        Assert.Equal(new byte[] { 1 }, Disk.ReadWhole(At("f")));
    }

    [Fact]
    public void A_link_is_a_second_name_of_the_same_bytes_and_either_may_go()
    {
        Disk.CreateDirectory(At("d"));
        Disk.WriteWhole(At("f"), [1, 2]);
        Assert.True(Disk.TryLink(At("f"), At("d/g")));
        using (var file = Disk.Open(At("f"), FileOpening.WriteExisting))
        {
            file.Write([3], 2);
        }

        Assert.Equal(new byte[] { 1, 2, 3 }, Disk.ReadWhole(At("d/g")));
        Disk.DeleteFile(At("f"));
        Assert.Equal(new byte[] { 1, 2, 3 }, Disk.ReadWhole(At("d/g")));
        Assert.True(Disk.TryLink(At("d/g"), At("f")));
        Disk.DeleteFile(At("d/g"));
        Assert.Equal(new byte[] { 1, 2, 3 }, Disk.ReadWhole(At("f")));
        Assert.Empty(Disk.ListFiles(At("d")));
    }

    [Fact]
    public void A_name_that_is_replaced_leaves_the_bytes_to_the_other_one()
    {
        Disk.WriteWhole(At("f"), [1]);
        Disk.WriteWhole(At("new"), [2]);
        Assert.True(Disk.TryLink(At("f"), At("g")));
        Disk.Rename(At("new"), At("f"));
        Assert.Equal(new byte[] { 2 }, Disk.ReadWhole(At("f")));
        Assert.Equal(new byte[] { 1 }, Disk.ReadWhole(At("g")));
    }

    // POSIX says so of rename, and who links under a temporary name must know it.
    [Fact]
    public void Rename_of_a_link_over_another_name_of_its_file_loses_no_bytes()
    {
        Disk.WriteWhole(At("f"), [1]);
        Assert.True(Disk.TryLink(At("f"), At("g")));
        Disk.Rename(At("g"), At("f"));
        Assert.Equal(new byte[] { 1 }, Disk.ReadWhole(At("f")));
    }

    [Fact]
    public void TryLink_refuses_what_it_cannot_do_and_changes_nothing()
    {
        Disk.WriteWhole(At("f"), [1]);
        Disk.WriteWhole(At("g"), [2]);
        Disk.CreateDirectory(At("d"));
        Assert.Throws<FileNotFoundException>(() => Disk.TryLink(At("no"), At("h")));
        Assert.Throws<FileNotFoundException>(() => Disk.TryLink(At("no/no"), At("h")));
        Assert.Throws<FileNotFoundException>(() => Disk.TryLink(At("d"), At("e")));
        Assert.Throws<DirectoryNotFoundException>(() => Disk.TryLink(At("f"), At("no/h")));
        Assert.ThrowsAny<IOException>(() => Disk.TryLink(At("f"), At("g")));
        Assert.ThrowsAny<IOException>(() => Disk.TryLink(At("f"), At("d")));
        Assert.ThrowsAny<IOException>(() => Disk.TryLink(At("f"), At("f")));
        Assert.Equal(["f", "g"], Disk.ListFiles(Root));
        Assert.Equal(["d"], Disk.ListDirectories(Root));
        Assert.Equal(new byte[] { 2 }, Disk.ReadWhole(At("g")));
    }

    [Fact]
    public void SyncDirectory_of_a_missing_directory_is_a_failed_sync()
    {
        var failure = Assert.Throws<SyncFailedException>(() => Disk.SyncDirectory(At("no")));
        Assert.Equal(2, failure.ErrorNumber);
    }

    [Fact]
    public void A_locked_directory_refuses_a_second_owner_and_says_who_has_it()
    {
        using var first = Disk.LockDirectory(Root);
        var refusal = Assert.Throws<DirectoryLockedException>(() => Disk.LockDirectory(Root));
        Assert.Equal(Root, refusal.Directory);
        Assert.Equal(Environment.ProcessId, refusal.OwnerProcessId);
    }

    [Fact]
    public void A_lock_ends_when_it_is_disposed_of_once_or_twice()
    {
        for (var i = 0; i < 3; i++)
        {
            var held = Disk.LockDirectory(Root);
            held.Dispose();
            held.Dispose();
        }

        using var again = Disk.LockDirectory(Root);
        Assert.Throws<DirectoryLockedException>(() => Disk.LockDirectory(Root));
    }

    [Fact]
    public void Disposing_of_an_old_lock_again_does_not_free_the_new_one()
    {
        var old = Disk.LockDirectory(Root);
        old.Dispose();
        using var current = Disk.LockDirectory(Root);
        old.Dispose();
        Assert.Throws<DirectoryLockedException>(() => Disk.LockDirectory(Root));
    }

    [Fact]
    public void Two_directories_have_two_locks()
    {
        Disk.CreateDirectory(At("a"));
        Disk.CreateDirectory(At("b"));
        using var a = Disk.LockDirectory(At("a"));
        using var b = Disk.LockDirectory(At("b"));
        Assert.Equal([PhysicalFileSystem.LockFileName], Disk.ListFiles(At("a")));
    }

    [Fact]
    public void The_lock_file_says_the_owner_also_over_a_longer_number()
    {
        Disk.WriteWhole(At(PhysicalFileSystem.LockFileName), "12345678901"u8);
        using (Disk.LockDirectory(Root))
        {
            Assert.Equal(Environment.ProcessId, Assert.Throws<DirectoryLockedException>(() => Disk.LockDirectory(Root)).OwnerProcessId);
        }

        var text = System.Text.Encoding.ASCII.GetString(Disk.ReadWhole(At(PhysicalFileSystem.LockFileName)));
        Assert.Equal($"{Environment.ProcessId}", text.Trim());
    }

    [Fact]
    public void A_directory_that_does_not_exist_cannot_be_locked() =>
        Assert.Throws<DirectoryNotFoundException>(() => Disk.LockDirectory(At("no")));

    [Fact]
    public void Of_many_owners_at_once_exactly_one_gets_the_lock()
    {
        var owners = 0;
        var held = new IDisposable?[16];
        Parallel.For(0, held.Length, i =>
        {
            try
            {
                held[i] = Disk.LockDirectory(Root);
                Interlocked.Increment(ref owners);
            }
            catch (DirectoryLockedException)
            {
            }
        });
        Assert.Equal(1, owners);
        Assert.Single(held, one => one is not null)!.Dispose();
    }

    [Fact]
    public void Free_space_is_told_for_a_directory_that_exists()
    {
        Assert.True(Disk.AvailableBytes(Root) > 0);
        Assert.ThrowsAny<IOException>(() => Disk.AvailableBytes(At("no")));
    }

    protected static byte[] ReadAll(IFile file)
    {
        var bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, file.Read(bytes, 0));
        return bytes;
    }

    protected string At(string name) => Root + Path.DirectorySeparatorChar + name;
}
