using System.Globalization;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>
/// The one door through which every operation on a simulated disk goes: it takes the disk's lock, counts, writes the trace, makes the
/// operation fail and turns the power off, all as planned.
/// </summary>
internal sealed class OperationGate
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DiskOperations, long> _counts = [];
    private readonly List<PlannedFailure> _failures = [];
    private readonly List<string> _trace = [];
    private (long Number, CrashMoment Moment)? _crash;
    private SimulatedCrashException? _powerOff;
    private bool _isReplaced;

    /// <summary>Operations so far that change the disk.</summary>
    public long OperationCount { get; private set; }

    public bool IsTracing { get; set; }

    public IReadOnlyList<string> Trace
    {
        get
        {
            using var scope = _lock.EnterScope();
            return [.. _trace];
        }
    }

    public Action<long>? OperationEnded { get; set; }

    public Lock.Scope EnterScope() => _lock.EnterScope();

    public long Count(DiskOperations kinds)
    {
        using var scope = _lock.EnterScope();
        return CountLocked(kinds);
    }

    /// <summary>
    /// Counts from this call on, so that no operation of another thread can slip in between and take the number that was meant to fail.
    /// </summary>
    public void Plan(DiskOperations kinds, long number, long times, bool isFull)
    {
        using var scope = _lock.EnterScope();
        _failures.Add(new PlannedFailure(kinds, CountLocked(kinds) + number, times, isFull));
    }

    public void ClearFailures()
    {
        using var scope = _lock.EnterScope();
        _failures.Clear();
    }

    public void CrashAt(long operationNumber, CrashMoment moment)
    {
        using var scope = _lock.EnterScope();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(operationNumber, OperationCount);
        _crash = (operationNumber, moment);
    }

    /// <summary>From now on every call fails: the disk lives on in another instance.</summary>
    public void Replace() => _isReplaced = true;

    /// <summary>
    /// Starts an operation and holds the disk's lock until the result is disposed of.
    /// </summary>
    /// <param name="kind">What is counted; <see cref="DiskOperations.None"/> for a question that is not.</param>
    /// <param name="changesDisk">Whether it takes an operation number, at which the power may go off.</param>
    /// <param name="path">The file or directory.</param>
    /// <param name="range">For the trace: the bytes concerned.</param>
    public Operation Begin(DiskOperations kind, bool changesDisk, string path, (long Offset, long Length)? range = null)
    {
        _lock.Enter();
        try
        {
            RequirePower(path);
            if (changesDisk && _crash is { Moment: CrashMoment.Before } crash && crash.Number == OperationCount + 1)
            {
                OperationCount++;
                throw PowerOff(CrashMoment.Before);
            }

            OperationCount += changesDisk ? 1 : 0;
            var failure = CountAndDecide(kind);
            if (IsTracing && kind != DiskOperations.None)
            {
                AddToTrace(kind, changesDisk, path, range, failure is not null);
            }

            return new Operation(this, changesDisk ? OperationCount : 0, path, failure);
        }
        catch
        {
            _lock.Exit();
            throw;
        }
    }

    private void RequirePower(string path)
    {
        if (_isReplaced)
        {
            throw new IOException($"{path}: this disk was rebooted; its files are open no more.");
        }

        if (_powerOff is not null)
        {
            throw new SimulatedCrashException(_powerOff.OperationNumber, _powerOff.Moment);
        }
    }

    private SimulatedCrashException PowerOff(CrashMoment moment) => _powerOff = new SimulatedCrashException(OperationCount, moment);

    private long CountLocked(DiskOperations kinds) => _counts.Sum(count => (count.Key & kinds) == 0 ? 0 : count.Value);

    private PlannedFailure? CountAndDecide(DiskOperations kind)
    {
        if (kind == DiskOperations.None)
        {
            return null;
        }

        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        foreach (var failure in _failures)
        {
            if ((failure.Kinds & kind) != 0 && failure.Covers(CountLocked(failure.Kinds)))
            {
                return failure;
            }
        }

        return null;
    }

    private void AddToTrace(DiskOperations kind, bool changesDisk, string path, (long Offset, long Length)? range, bool fails)
    {
        var number = changesDisk ? OperationCount.ToString(CultureInfo.InvariantCulture) : "-";
        var bytes = range is { } r ? $" {r.Offset}+{r.Length}" : "";
        _trace.Add($"{number} {kind} {path}{bytes}{(fails ? " fails" : "")}");
    }

    private void End(long number)
    {
        try
        {
            if (number == 0)
            {
                return;
            }

            OperationEnded?.Invoke(number);
            if (_crash is { Moment: CrashMoment.After } crash && crash.Number == number)
            {
                throw PowerOff(CrashMoment.After);
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>The n-th operation of some kinds fails, and so do the next ones; for want of space or for no reason.</summary>
    public readonly record struct PlannedFailure(DiskOperations Kinds, long First, long Times, bool IsFull)
    {
        public bool Covers(long number) => number >= First && number - First < Times;
    }

    /// <summary>An operation under way; disposing of it ends it, and may be the moment at which the power goes off.</summary>
    public readonly ref struct Operation(OperationGate gate, long number, string path, PlannedFailure? failure)
    {
        /// <summary>Counted from 1 over the operations that change the disk; 0 for others.</summary>
        public long Number => number;

        /// <summary>Whether it has to fail.</summary>
        public bool Fails => failure is not null;

        public IOException Failure() =>
            failure is { IsFull: true } ? new DiskFullException(path) : new IOException($"{path}: simulated input/output error.");

        public void ThrowIfFails()
        {
            if (Fails)
            {
                throw Failure();
            }
        }

        public void Dispose() => gate.End(number);
    }
}
