namespace ActorVectorStore.Wal.Tests;

public sealed class TornTailTests
{
    [Fact]
    public void Remains_of_a_torn_commit_are_erased() => TornTail.CheckRemainsAreErased(WalMutations.None);

    [Fact]
    public void A_frame_that_was_replaced_is_reported() => TornTail.CheckReplacedFrameIsReported(WalMutations.None);
}
