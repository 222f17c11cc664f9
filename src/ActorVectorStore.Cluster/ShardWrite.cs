using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>
/// A write on its way through a shard. Its operation is encoded once, on the caller's thread; what is logged are these bytes, and what is applied was
/// decoded from them: the caller's memory is not looked at again, and a replay gives the same points.
/// </summary>
internal sealed class ShardWrite : PendingRequest
{
    // What a decoded point and a decoded vector with a name take beside their content: they may have next to none, and there may be a million of them.
    private const int PointObjectsBytes = 128;
    private const int VectorObjectsBytes = 224;

    private readonly long _objectsBytes;
    private ShardOperation? _source;

    public ShardWrite(ShardOperation operation)
    {
        _source = operation;
        EventBytes = OperationCodec.Size([operation]);
        _objectsBytes = ObjectsBytes(operation);
        IsAlone = operation is PayloadOperation or UpdateVectors or DeleteVectors;
        CanGrow = IsAlone || operation is UpsertPoints or ConditionalUpsert;
    }

    /// <summary>Bytes of the event that carries this write alone.</summary>
    public long EventBytes { get; }

    /// <summary>Memory that the write takes while it waits: its bytes, as many for what was decoded from them, and the objects that hold that.</summary>
    public long Bytes => (2 * EventBytes) + _objectsBytes;

    /// <summary>Whether it can make the shard grow.</summary>
    public bool CanGrow { get; }

    /// <summary>Whether it is applied as an event of its own: what it may copy is bounded by the event.</summary>
    public bool IsAlone { get; }

    /// <summary>What came of it; set before it is completed.</summary>
    public OperationOutcome Outcome { get; private set; }

    /// <summary>The event that carries this write alone.</summary>
    public ReadOnlyMemory<byte> Event { get; private set; }

    /// <summary>What the event says.</summary>
    public IReadOnlyList<ShardOperation> Operations { get; private set; } = [];

    /// <summary>The write is durable and applied.</summary>
    public void Complete(long index, OperationOutcome outcome)
    {
        Outcome = outcome;
        if (outcome.IsTooLarge)
        {
            Fail(new CapacityExceededException("points that one operation changes", $"{ShardStore.CopiedBytesMax} bytes of vectors and payloads in a shard"));
        }
        else
        {
            Complete(index);
        }
    }

    /// <summary>Copies the operation out of the caller's memory. The caller's thread, once.</summary>
    /// <exception cref="InvalidRequestException">What was copied is no valid operation: somebody wrote to the memory after it had been checked.</exception>
    public void Encode()
    {
        Event = OperationCodec.Encode([_source!]);
        _source = null;
        try
        {
            Operations = OperationCodec.Decode(Event);
        }
        catch (MalformedOperationException e)
        {
            throw new InvalidRequestException("points", "memory that does not change during the call", e.Message, e);
        }
    }

    private static long ObjectsBytes(ShardOperation operation) => operation switch
    {
        UpsertPoints upsert => ObjectsBytes(upsert.Points),
        ConditionalUpsert upsert => ObjectsBytes(upsert.Points),
        UpdateVectors update => update.Updates.Sum(one => PointObjectsBytes + ((long)VectorObjectsBytes * one.Vectors.Count)),
        _ => 0,
    };

    private static long ObjectsBytes(IReadOnlyList<Point> points)
    {
        var bytes = (long)PointObjectsBytes * points.Count;
        for (var i = 0; i < points.Count; i++)
        {
            bytes += (long)VectorObjectsBytes * points[i].Named.Count;
        }

        return bytes;
    }
}
