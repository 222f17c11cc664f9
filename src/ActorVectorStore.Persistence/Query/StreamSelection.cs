using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>The events [From, To] of one persistence id; the position is the sequence number.</summary>
internal sealed record StreamSelection(string PersistenceId, long From, long To) : EventSelection
{
    public override long Limit => To;

    public override long LastPosition(WriteAheadLog log) => log.ReadState(PersistenceId).HighestSequence;

    public override long FirstPosition(WriteAheadLog log) => Math.Max(1, From);

    public override BatchReader Read(WriteAheadLog log, long from) => log.ReadStream(PersistenceId, from, To);

    public override long PositionOf(EventBatchReader events) => events.SequenceNr;

    public override bool Wants(EventBatchReader events) => true;
}
