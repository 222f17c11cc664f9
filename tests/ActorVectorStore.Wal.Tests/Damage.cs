using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Damages a closed log in one place at a time. A damaged log either says so, with nothing modified, or says exactly what it said before; it never says
/// anything else.
/// </summary>
internal sealed class Damage
{
    private readonly SimulatedFileSystem _disk;
    private readonly WalMutations _mutations;
    private readonly string _expected;

    private Damage(SimulatedFileSystem disk, string expected, WalMutations mutations)
    {
        (_disk, _expected, _mutations) = (disk, expected, mutations);
        Files = [.. disk.ListFiles("/log").Where(name => name.EndsWith(".wal", StringComparison.Ordinal)).Select(name => $"/log/{name}")];
    }

    public IReadOnlyList<string> Files { get; }

    /// <summary>Damaged places that the log reported.</summary>
    public int Reported { get; private set; }

    public static Task<Damage> OfAsync(ulong seed, int steps, WalMutations mutations) => OfAsync(seed, steps, mutations, Workload.Tiny);

    public static async Task<Damage> OfAsync(ulong seed, int steps, WalMutations mutations, WalOptions options)
    {
        var disk = new SimulatedFileSystem(seed);
        var workload = new Workload(seed) { Options = options, PayloadBytesMax = 60, LargePayloadBytes = 6000 };
        var log = workload.Open(disk, mutations);
        for (var step = 0; step < steps; step++)
        {
            log = await workload.StepAsync(log, () => workload.Open(disk, mutations));
        }

        await log.DisposeAsync();
        return new Damage(disk.Crash(CrashKeeps.All), workload.Expected(), mutations);
    }

    public long Length(string file)
    {
        using var opened = _disk.Open(file, FileOpening.ReadExisting);
        return opened.Length;
    }

    public void Flip(string file, long offset, int bit) => Check(disk => disk.FlipBit(file, offset, bit), $"bit {bit} of byte {offset} of {file} flipped");

    public void Truncate(string file, long length) => Check(disk => disk.Truncate(file, length), $"{file} cut to {length}");

    public void Delete(string file) => Check(disk => disk.DeleteFile(file), $"{file} deleted");

    private void Check(Action<SimulatedFileSystem> damage, string what)
    {
        var disk = _disk.Clone();
        damage(disk);
        var before = disk.OperationCount;
        WriteAheadLog log;
        try
        {
            log = Workload.Open(disk, Workload.Tiny, _mutations);
        }
        catch (CorruptionException e)
        {
            // Taking and leaving the directory is all that an opening which fails may do to the disk.
            Reported++;
            if (!e.File.StartsWith("/log", StringComparison.Ordinal) || disk.OperationCount - before > OperationsOfLocking)
            {
                throw new WrongRecoveryException($"{what}: {e.Message} after {disk.OperationCount - before} operations");
            }

            return;
        }

        try
        {
            var found = ModelLog.Dump(log, Workload.Tags);
            if (found != _expected)
            {
                throw new WrongRecoveryException($"{what}: found\n{found}\nexpected\n{_expected}");
            }
        }
        catch (CorruptionException)
        {
            Reported++;
        }
    }

    // One for the directory's sync, one for the lock.
    private const int OperationsOfLocking = 2;
}
