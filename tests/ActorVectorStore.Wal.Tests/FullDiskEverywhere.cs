using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>How the space runs out.</summary>
public enum Shortage
{
    /// <summary>One operation finds none, and the next ones do: somebody else needed it for a moment.</summary>
    OneOperation,

    /// <summary>From an operation on every one that may need space is refused, overwriting and renaming too: blocks are copied on write.</summary>
    EveryOperation,

    /// <summary>From an operation on there are no free blocks; what has space can be overwritten.</summary>
    FreeBlocks,
}

/// <summary>
/// A seeded run that rolls, seals, deletes, reclaims, restarts and crashes, in which the space runs out at one operation, and is back some steps later.
/// Meanwhile each failure says that the disk is full and reading goes on; afterwards nothing is refused, all work that was put off is done, and no
/// file is forgotten. What was acknowledged is there whenever the log is opened.
/// </summary>
internal sealed class FullDiskEverywhere
{
    private const DiskOperations NeedSpace = DiskOperations.AnySpace;
    private const int ShortSteps = 6;

    private static readonly WalOptions Options = Small with { SegmentBytes = 16 << 10, CommitBytesMax = 8 << 10, RewriteLivePercentMax = 60 };
    private static readonly string[] Streams = ["a", "b", "idle"];

    private readonly ulong _seed;
    private readonly Shortage _shortage;
    private readonly long _number;
    private readonly SeededRandom _random;
    private readonly List<Action<ModelLog>> _acknowledged = [];
    private readonly List<Action<ModelLog>> _unknown = [];
    private readonly Dictionary<string, long> _next = [];
    private SimulatedFileSystem _disk;
    private WriteAheadLog _log = null!;
    private long _countedBefore;
    private int _shortSteps;
    private bool _isOver;

    private FullDiskEverywhere(ulong seed, Shortage shortage, long number)
    {
        (_seed, _shortage, _number, _random) = (seed, shortage, number, new SeededRandom(seed));
        _disk = Planned(new SimulatedFileSystem(seed));
    }

    /// <summary>Lets the space run out at every <paramref name="stride"/>-th operation in turn; returns at how many of them.</summary>
    public static async Task<int> RunAsync(ulong seed, int steps, Shortage shortage, int stride)
    {
        var runs = 0;
        for (var number = 1 + (long)(seed % (ulong)stride); ; number += stride, runs++)
        {
            var run = new FullDiskEverywhere(seed, shortage, number);
            try
            {
                await run.RunAsync(steps);
            }
            catch (Exception e)
            {
                throw new WrongRecoveryException($"seed {seed}, {shortage} from operation {number}: {e}");
            }

            if (run.Counted < number)
            {
                return runs;
            }
        }
    }

    private long Counted => _countedBefore + _disk.Count(NeedSpace);

    private bool HasBegun => Counted >= _number;

    private async Task RunAsync(int steps)
    {
        Open();
        for (var step = 0; step < steps; step++)
        {
            await StepAsync();
            if (HasBegun && ++_shortSteps == ShortSteps)
            {
                EndShortage();
            }
        }

        EndShortage();
        await CheckAllIsDoneAsync();
    }

    private async Task StepAsync()
    {
        switch (_random.Next(100))
        {
            case < 60:
                await WriteAsync(1);
                break;
            case < 75:
                await WriteAsync(_random.Next(2, 6));
                break;
            case < 88:
                await AttemptAsync(async () => await _log.ReclaimAsync());
                break;
            case < 95:
                await RestartAsync();
                break;
            default:
                Reboot(_random.Chance(0.5) ? _disk.Kill() : _disk.Crash(CrashKeeps.Subset(_random.NextUInt64())));
                break;
        }

        if (_log.Statistics.Poisoned is not null)
        {
            Require(ModelLog.Dump(_log, Workload.Tags), Allowed().First(), "a log that stopped writing");
            await RestartAsync();
        }

        if (HasBegun)
        {
            Require(ModelLog.Dump(_log, Workload.Tags), Allowed().First(), "the open log");
        }
    }

    /// <summary>A group of appends and deletions. What was acknowledged counts, what was refused does not, and what a stopped log had taken may.</summary>
    private async Task WriteAsync(int count)
    {
        var wasOver = IsOver;
        var waiting = Enumerable.Range(0, count).Select(_ => Enqueue()).ToList();
        _log.CommitQueued();
        foreach (var (change, task) in waiting)
        {
            switch (await FailureOfAsync(task, wasOver))
            {
                case null:
                    _acknowledged.Add(change);
                    break;
                case LogPoisonedException:
                    _unknown.Add(change);
                    break;
            }
        }
    }

    private (Action<ModelLog> Change, Task Task) Enqueue()
    {
        var stream = Streams[_random.Chance(0.05) ? 2 : _random.Next(2)];
        var next = _next.GetValueOrDefault(stream, 1);
        if (_log.ReadState(stream).HighestSequence > 0 && stream != "idle" && _random.Chance(0.25))
        {
            var to = Math.Max(1, next - 1 - _random.Next(4));
            return (model => model.DeleteTo(stream, to), _log.DeleteToAsync(stream, to).AsTask());
        }

        // Some need a segment of their own. Long names make indexes that do not fit into what a segment has left.
        var name = _random.Chance(0.1) ? $"{new string('n', 1500)}{stream}{next}" : stream;
        var first = name == stream ? next : 1;
        var bytes = _random.Chance(0.06) ? 20_000 : _random.Next(3000);
        var batch = new EventBatch(name, first, 1, _random.Bytes(bytes), _random.Chance(0.3) ? [Workload.Tags[_random.Next(2)]] : null);
        _next[stream] = next + 1;
        return (model => model.Append(batch), _log.AppendAsync(batch).AsTask());
    }

    private async Task AttemptAsync(Func<Task> action)
    {
        var wasOver = IsOver;
        await FailureOfAsync(action(), wasOver);
    }

    /// <summary>Null, or one of the two failures by which a full disk may be told while it is full.</summary>
    private static async Task<IOException?> FailureOfAsync(Task task, bool wasOver)
    {
        try
        {
            await task;
            return null;
        }
        catch (IOException e) when (!wasOver && e is DiskFullException or LogPoisonedException { InnerException: DiskFullException })
        {
            return e;
        }
    }

    private async Task RestartAsync()
    {
        await AttemptAsync(async () => await _log.DisposeAsync());
        Open();
    }

    private void Reboot(SimulatedFileSystem disk)
    {
        _countedBefore = Counted;
        _disk = Planned(disk);
        Open();
    }

    /// <summary>Opens on a full disk, if it is full: that succeeds, or says so and has lost nothing. Then it is tried again, at last with space.</summary>
    private void Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            var wasOver = IsOver;
            try
            {
                _log = Workload.Open(_disk, Options, WalMutations.None);
                break;
            }
            catch (DiskFullException) when (!wasOver)
            {
                foreach (var disk in (SimulatedFileSystem[])[_disk.Clone(), _disk.Clone().Crash(CrashKeeps.Subset(_random.NextUInt64()))])
                {
                    disk.CapacityBytes = long.MaxValue / 2;
                    RequireAllowed(ModelLog.Dump(Workload.Open(disk, Options, WalMutations.None), Workload.Tags), "after an opening without space");
                }

                if (attempt == 3)
                {
                    EndShortage();
                }
            }
        }

        Settle(RequireAllowed(ModelLog.Dump(_log, Workload.Tags), "opened"));
    }

    /// <summary>With the log open it is known how much of a commit that failed is there.</summary>
    private void Settle(int count)
    {
        _acknowledged.AddRange(_unknown.Take(count));
        _unknown.Clear();
    }

    /// <summary>There is space: everything succeeds, what was put off is done, and each file is one that the log knows.</summary>
    private async Task CheckAllIsDoneAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await WriteAsync(3);
            await _log.ReclaimAsync();
        }

        var statistics = _log.Statistics;
        Require($"{statistics.SpaceProblem}{statistics.BackgroundProblem}{statistics.Poisoned}", "", "problems at the end");
        var files = _disk.ListFiles("/log").Count(name => name is not (LogIdentityFormat.FileName or PhysicalFileSystem.LockFileName));
        Require($"{files}", $"{statistics.Segments + statistics.SpareSegments}", "files");
        await _log.DisposeAsync();
        Reboot(_disk.Clone().Crash(CrashKeeps.All));
        Require(_log.Recovery.SegmentsScanned is 0 or 1 ? "" : $"{_log.Recovery}", "", "segments without an index");
        Reboot(_disk.Crash(CrashKeeps.None));
    }

    private bool IsOver => _isOver || (_shortage == Shortage.OneOperation && HasBegun);

    private void EndShortage()
    {
        _isOver = true;
        _disk.StopFailing();
        _disk.OperationEnded = null;
        _disk.CapacityBytes = long.MaxValue / 2;
    }

    /// <summary>Plans the shortage on a disk that counts from 1.</summary>
    private SimulatedFileSystem Planned(SimulatedFileSystem disk)
    {
        if (_isOver || (_shortage == Shortage.OneOperation && _countedBefore >= _number))
        {
            return disk;
        }

        var number = Math.Max(1, _number - _countedBefore);
        switch (_shortage)
        {
            case Shortage.OneOperation:
                disk.Refuse(NeedSpace, number);
                break;
            case Shortage.EveryOperation:
                disk.Refuse(NeedSpace, number, long.MaxValue);
                break;
            case Shortage.FreeBlocks:
                disk.OperationEnded = _ =>
                {
                    if (disk.Count(NeedSpace) >= number - 1)
                    {
                        disk.CapacityBytes = Math.Min(disk.CapacityBytes, disk.UsedBytes);
                    }
                };
                break;
        }

        return disk;
    }

    private IEnumerable<string> Allowed()
    {
        var model = new ModelLog();
        _acknowledged.ForEach(change => change(model));
        yield return model.Dump(Workload.Tags);
        foreach (var change in _unknown)
        {
            change(model);
            yield return model.Dump(Workload.Tags);
        }
    }

    /// <summary>How many of the unknown changes are there.</summary>
    private int RequireAllowed(string found, string where)
    {
        var allowed = Allowed().ToList();
        var index = allowed.LastIndexOf(found);
        return index >= 0 ? index : throw new WrongRecoveryException($"{where}: found\n{found}\nexpected one of\n{string.Join("\nor\n", allowed)}");
    }

    private static void Require(string found, string expected, string what)
    {
        if (found != expected)
        {
            throw new WrongRecoveryException($"{what}: found\n{found}\nexpected\n{expected}");
        }
    }
}
