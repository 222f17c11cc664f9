using System.Diagnostics;
using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>What only the operating system can show: its errors, its limits and other processes.</summary>
public sealed class PhysicalFileSystemTests : IDisposable
{
    private const string FlockTool = "/usr/bin/flock";
    private const string DeviceThatIsFull = "/dev/full";

    private readonly TemporaryDirectory _directory = new();
    private readonly PhysicalFileSystem _disk = PhysicalFileSystem.Instance;

    public void Dispose() => _directory.Dispose();

    [LinuxFact(DeviceThatIsFull)]
    public void A_write_to_a_full_device_is_a_full_disk()
    {
        using var file = _disk.Open(DeviceThatIsFull, FileOpening.WriteExisting);
        var failure = Assert.Throws<DiskFullException>(() => file.Write([1], 0));
        Assert.Equal(DeviceThatIsFull, failure.Path);
    }

    [LinuxFact(DeviceThatIsFull)]
    public void A_sync_that_the_system_refuses_is_not_swallowed()
    {
        using var file = _disk.Open(DeviceThatIsFull, FileOpening.WriteExisting);
        var failure = Assert.Throws<SyncFailedException>(file.SyncData);
        Assert.Equal(22, failure.ErrorNumber);
        Assert.Equal(DeviceThatIsFull, failure.Path);
    }

    [LinuxFact("/proc/self/mountinfo")]
    public void Rename_over_file_systems_is_an_error_and_not_a_copy()
    {
        if (!Directory.Exists("/dev/shm") || MountOf("/dev/shm") == MountOf(_directory.Path))
        {
            return;
        }

        var source = Path.Combine(_directory.Path, "f");
        var target = Path.Combine("/dev/shm", Path.GetFileName(_directory.Path));
        _disk.WriteWhole(source, [1]);

        var failure = Assert.ThrowsAny<IOException>(() => _disk.Rename(source, target));

        Assert.Contains("error 18", failure.Message, StringComparison.Ordinal);
        Assert.True(_disk.FileExists(source));
        Assert.False(_disk.FileExists(target));
    }

    [LinuxFact("/proc/self/mountinfo")]
    public void A_link_over_file_systems_is_not_possible()
    {
        if (!Directory.Exists("/dev/shm") || MountOf("/dev/shm") == MountOf(_directory.Path))
        {
            return;
        }

        var source = Path.Combine(_directory.Path, "f");
        var target = Path.Combine("/dev/shm", Path.GetFileName(_directory.Path));
        _disk.WriteWhole(source, [1]);

        Assert.False(_disk.TryLink(source, target));
        Assert.False(_disk.FileExists(target));
    }

    [LinuxFact]
    public void A_link_to_a_symbolic_link_is_one_to_its_file()
    {
        var (file, symbolic, link) = (Path.Combine(_directory.Path, "f"), Path.Combine(_directory.Path, "s"), Path.Combine(_directory.Path, "l"));
        _disk.WriteWhole(file, [1, 2]);
        File.CreateSymbolicLink(symbolic, file);
        Assert.True(_disk.TryLink(symbolic, link));
        _disk.DeleteFile(symbolic);
        _disk.DeleteFile(file);
        Assert.Equal(new byte[] { 1, 2 }, _disk.ReadWhole(link));
    }

    [LinuxFact(FlockTool)]
    public async Task A_directory_that_another_process_owns_is_refused_with_its_process_id()
    {
        var lockFile = Path.Combine(_directory.Path, PhysicalFileSystem.LockFileName);
        _disk.WriteWhole(lockFile, "4242"u8);
        using (var owner = StartFlock(lockFile, "echo held; read end"))
        {
            Assert.Equal("held", await owner.StandardOutput.ReadLineAsync());
            Assert.Equal(4242, Assert.Throws<DirectoryLockedException>(() => _disk.LockDirectory(_directory.Path)).OwnerProcessId);
            owner.StandardInput.Close();
            await owner.WaitForExitAsync();
        }

        _disk.LockDirectory(_directory.Path).Dispose();
    }

    [LinuxFact(FlockTool)]
    public async Task The_owner_is_unknown_if_the_lock_file_does_not_say_it()
    {
        var lockFile = Path.Combine(_directory.Path, PhysicalFileSystem.LockFileName);
        using var owner = StartFlock(lockFile, "echo held; read end");
        Assert.Equal("held", await owner.StandardOutput.ReadLineAsync());

        Assert.Null(Assert.Throws<DirectoryLockedException>(() => _disk.LockDirectory(_directory.Path)).OwnerProcessId);

        owner.StandardInput.Close();
        await owner.WaitForExitAsync();
    }

    [LinuxFact(FlockTool)]
    public async Task A_lock_that_we_hold_keeps_other_processes_out()
    {
        var lockFile = Path.Combine(_directory.Path, PhysicalFileSystem.LockFileName);
        using (_disk.LockDirectory(_directory.Path))
        {
            Assert.NotEqual(0, await ExitCodeOf(lockFile));
        }

        Assert.Equal(0, await ExitCodeOf(lockFile));
    }

    [Fact]
    public void Relative_paths_start_at_the_process_directory()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(_directory.Path, "a", "f"));
        _disk.CreateDirectory(Path.GetDirectoryName(relative)!);
        _disk.ReplaceFile(relative, [1, 2]);
        _disk.Rename(relative, relative + "2");
        _disk.SyncDirectory(Path.GetDirectoryName(relative)!);
        Assert.Equal(["f2"], _disk.ListFiles(Path.Combine(_directory.Path, "a")));
    }

    [LinuxFact]
    public void Preallocated_bytes_have_space_on_the_disk()
    {
        var path = Path.Combine(_directory.Path, "f");
        using var file = _disk.Open(path, FileOpening.CreateNew);
        file.Preallocate(1 << 20);
        using var blocks = Process.Start(new ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        Assert.True(long.Parse(blocks.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture) * 512 >= 1 << 20);
    }

    private static Process StartFlock(string lockFile, string command) =>
        Process.Start(new ProcessStartInfo(FlockTool, [lockFile, "-c", command]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static async Task<int> ExitCodeOf(string lockFile)
    {
        using var attempt = Process.Start(new ProcessStartInfo(FlockTool, ["--nonblock", lockFile, "-c", "true"]))!;
        await attempt.WaitForExitAsync();
        return attempt.ExitCode;
    }

    private static string MountOf(string path) => new DriveInfo(path).DriveFormat + new DriveInfo(path).TotalSize;
}
