namespace ActorVectorStore.Wal.Tests;

public sealed class RecoveryTableTests
{
    public static TheoryData<string, bool, string> Inputs()
    {
        var inputs = new TheoryData<string, bool, string>();
        foreach (var state in Enum.GetNames<FrameState>())
        {
            foreach (var later in Enum.GetNames<LaterFrames>())
            {
                inputs.Add(state, true, later);
                inputs.Add(state, false, later);
            }
        }

        return inputs;
    }

    /// <summary>The table as its document states it, one row a line, to be held against the code for every input.</summary>
    private static readonly (FrameState State, bool? Follows, LaterFrames? Later, RecoveryVerdict Verdict)[] Rows =
    [
        (FrameState.Valid, true, null, RecoveryVerdict.Accept),
        (FrameState.Valid, false, LaterFrames.ProveSync, RecoveryVerdict.Corrupt),
        (FrameState.Valid, false, LaterFrames.OfTheSameCommit, RecoveryVerdict.Torn),
        (FrameState.Valid, false, LaterFrames.None, RecoveryVerdict.Torn),
        (FrameState.PayloadDamaged, null, LaterFrames.ProveSync, RecoveryVerdict.Corrupt),
        (FrameState.PayloadDamaged, null, LaterFrames.OfTheSameCommit, RecoveryVerdict.Torn),
        (FrameState.PayloadDamaged, null, LaterFrames.None, RecoveryVerdict.Torn),
        (FrameState.NotAFrame, null, LaterFrames.ProveSync, RecoveryVerdict.Corrupt),
        (FrameState.NotAFrame, null, LaterFrames.OfTheSameCommit, RecoveryVerdict.Torn),
        (FrameState.NotAFrame, null, LaterFrames.None, RecoveryVerdict.End),
    ];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Exactly_one_row_covers_each_input_and_the_code_agrees_with_it(string state, bool follows, string later)
    {
        var (frame, behind) = (Enum.Parse<FrameState>(state), Enum.Parse<LaterFrames>(later));
        var row = Assert.Single(Rows, row =>
            row.State == frame && (row.Follows ?? follows) == follows && (row.Later ?? behind) == behind);
        Assert.Equal(row.Verdict, RecoveryTable.Decide(frame, follows, behind));
    }}
