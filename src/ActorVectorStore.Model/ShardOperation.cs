namespace ActorVectorStore.Model;

/// <summary>
/// A change of one shard, as it is logged, replicated and applied. The hierarchy is closed: <see cref="UpsertPoints"/>, <see cref="DeletePoints"/>,
/// <see cref="ConditionalUpsert"/>, <see cref="DeleteMatching"/>, the four of <see cref="PayloadOperation"/>, <see cref="UpdateVectors"/>,
/// <see cref="DeleteVectors"/>, <see cref="PinIndex"/>, <see cref="ReleasePin"/>, <see cref="CreatePayloadIndex"/> and <see cref="DropPayloadIndex"/>; a new kind gets a new number in <see cref="OperationFormat"/>. Instances are immutable and always encodable.
/// </summary>
/// <remarks>
/// What an operation does is decided when it is applied, from its bytes and the state that the operations before it have left, and from nothing else:
/// no clock, no chance, no answer of another shard. So every replay of a log decides the same, on every machine. Operations of one event are applied in
/// their order, each upon what the one before it has left.
/// </remarks>
public abstract class ShardOperation
{
    private protected ShardOperation()
    {
    }

    /// <summary>Number of the operation's kind; see <see cref="OperationFormat"/>.</summary>
    internal abstract byte Kind { get; }

    /// <summary>Bytes of the operation's body in the newest format; see <see cref="OperationFormat"/>.</summary>
    internal abstract long BodyBytes { get; }
}
