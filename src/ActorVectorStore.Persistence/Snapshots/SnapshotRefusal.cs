using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>Answers requests to a snapshot store that is not open or lets no call through.</summary>
internal static class SnapshotRefusal
{
    public static void Answer(ISnapshotRequest request, Exception cause, IActorRef sender)
    {
        object? answer = request switch
        {
            LoadSnapshot => new LoadSnapshotFailed(cause),
            SaveSnapshot save => new SaveSnapshotFailure(save.Metadata, cause),
            DeleteSnapshot delete => new DeleteSnapshotFailure(delete.Metadata, cause),
            DeleteSnapshots delete => new DeleteSnapshotsFailure(delete.Criteria, cause),
            _ => null,
        };
        if (answer is not null)
        {
            sender.Tell(answer, ActorRefs.NoSender);
        }
    }
}
