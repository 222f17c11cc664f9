namespace ActorVectorStore.Model;

/// <summary>
/// A change of one shard, as it is logged, replicated and applied. The hierarchy is closed: <see cref="UpsertPoints"/> and
/// <see cref="DeletePoints"/>; a new kind gets a new number in <see cref="OperationFormat"/>. Instances are immutable and always encodable.
/// </summary>
public abstract class ShardOperation
{
    private protected ShardOperation()
    {
    }

    /// <summary>Bytes of the operation's body in the newest format; see <see cref="OperationFormat"/>.</summary>
    internal abstract long BodyBytes { get; }
}
