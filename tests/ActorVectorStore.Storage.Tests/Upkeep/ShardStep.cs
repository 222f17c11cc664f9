using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>One step in the life of a shard, drawn by chance.</summary>
/// <param name="Kind">Which one, from 0 to 99.</param>
/// <param name="Choice">Its details.</param>
/// <param name="Operations">What is applied, if it is that.</param>
internal sealed record ShardStep(int Kind, int Choice, ShardOperation[] Operations)
{
    private static readonly Gen<Payload> Payload = Gen.Frequency(
        (2, Gen.Const(Model.Payload.Empty)),
        (4, Gen.Int[0, 1_000_000].Select(n => Model.Payload.Parse($"{{\"n\":{n}}}"))),
        (1, Gen.Int[1, 2_000].Select(n => Model.Payload.Parse($"{{\"text\":\"{new string('x', n)}\"}}"))));

    public static Gen<ShardStep> Any(int dimension) => Gen.Select(
        Gen.Int[0, 99], Gen.Int[0, 1 << 20], OperationGens.Any(dimension, Payload).Array[0, 4],
        (kind, choice, operations) => new ShardStep(kind, choice, kind < 30 ? operations : []));

    public void Do(ShardLife life)
    {
        switch (Kind)
        {
            case < 30:
                life.Apply(Operations);
                break;
            case < 52:
                DoFlush(life);
                break;
            case < 68:
                DoCompaction(life);
                break;
            case < 82:
                DoCheckpoint(life);
                break;
            case < 95:
                DoView(life);
                break;
            case < 97:
                life.Reopen(life.Disk.Crash(CrashKeeps.EachPattern((ulong)Choice)[Choice % 5]), Choice / 5 % 6);
                break;
            case 97:
                life.Reopen(life.Disk.Kill(), Choice % 6);
                break;
            case 98:
                life.AssertEveryIndex();
                break;
            default:
                life.Upkeep(everything: Choice % 2 == 0);
                break;
        }
    }

    public override string ToString() => $"new({Kind}, {Choice}, {Operations.Length} operations)";

    private void DoFlush(ShardLife life)
    {
        if (Kind < 37)
            life.BeginFlush();
        else if (Kind < 44)
            life.Flush?.Run();
        else if (Kind < 51)
            life.CompleteFlush();
        else
            life.AbandonFlush();
    }

    private void DoCompaction(ShardLife life)
    {
        if (Kind < 57)
            life.BeginCompaction(everything: Choice % 2 == 0);
        else if (Kind < 62)
            life.Compaction?.Run();
        else if (Kind < 67)
            life.CompleteCompaction();
        else
            life.AbandonCompaction();
    }

    private void DoCheckpoint(ShardLife life)
    {
        if (Kind < 72)
            life.BeginCheckpoint();
        else if (Kind < 76)
            life.RunCheckpoint();
        else if (Kind < 79)
            life.CompleteCheckpoint();
        else if (Kind == 79)
            life.SaveButAbandonCheckpoint();
        else
            life.AbandonCheckpoint();
    }

    private void DoView(ShardLife life)
    {
        if (Kind < 85)
            life.Store.DeleteUnusedFiles();
        else if (Kind < 89)
            life.OpenView();
        else if (Kind < 92)
            TryOpenPast(life);
        else
            life.CloseView(Choice);
    }

    private void TryOpenPast(ShardLife life)
    {
        try
        {
            life.OpenView(Choice % (life.History.LastIndex + 1));
        }
        catch (InvalidRequestException)
        {
            // What is admitted and what is not is looked at by AssertEveryIndex.
        }
    }
}
