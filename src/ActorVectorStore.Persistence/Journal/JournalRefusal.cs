using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>Answers requests to a journal that is not open, so that persistent actors fail at once instead of waiting for a timeout.</summary>
internal static class JournalRefusal
{
    public static void Answer(IJournalRequest request, Exception cause, IActorRef sender)
    {
        switch (request)
        {
            case WriteMessages write:
                AnswerWrite(write, cause, sender);
                break;
            case ReplayMessages replay:
                replay.PersistentActor.Tell(new ReplayMessagesFailure(cause), ActorRefs.NoSender);
                break;
            case DeleteMessagesTo delete:
                delete.PersistentActor.Tell(new DeleteMessagesFailure(cause, delete.ToSequenceNr), ActorRefs.NoSender);
                break;
        }
    }

    // The sequence of answers that the base class gives to a failed write: one for the request, then one per event, deferred ones included.
    private static void AnswerWrite(WriteMessages write, Exception cause, IActorRef sender)
    {
        var writes = write.Messages.Count(message => message is AtomicWrite);
        write.PersistentActor.Tell(new WriteMessagesFailed(cause, writes), ActorRefs.NoSender);
        foreach (var message in write.Messages)
        {
            if (message is AtomicWrite atomic)
            {
                foreach (var representation in (IEnumerable<IPersistentRepresentation>)atomic.Payload)
                {
                    write.PersistentActor.Tell(new WriteMessageFailure(representation, cause, write.ActorInstanceId), sender);
                }
            }
            else
            {
                write.PersistentActor.Tell(new LoopMessageSuccess(message.Payload, write.ActorInstanceId), message.Sender);
            }
        }
    }
}
