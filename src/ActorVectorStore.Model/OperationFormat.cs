namespace ActorVectorStore.Model;

/// <summary>
/// Layout of an event: one or more operations of one shard, applied together at one log index. Little-endian throughout, but for a UUID, whose
/// sixteen bytes are in the order in which they are written. Lengths are in bytes.
/// </summary>
/// <remarks>
/// <para>The event has no checksum: the log frame, the snapshot or the transport that carries it has one. Every length and count is checked against
/// the bytes that are there before anything is allocated. There is exactly one encoding of a list of operations.</para>
/// <code>
/// event
///   offset  size  type   meaning
///   0       4     u32    magic: the bytes 41 56 4F 50, "AVOP"
///   4       2     u16    format version; 0 is reserved
///   6       2     u16    reserved, 0
///   8       4     u32    length of the event, this header included
///   12      4     u32    count of operations, 1 to 65,536
///   16      ...          the operations, one after the other, to the end of the event
///
/// operation
///   0       1     u8     kind; 0 is reserved
///   1       3            reserved, 0
///   4       4     u32    length of the body
///   8       ...          body, by kind
///
/// kind 1, UpsertPoints
///   0       4     u32    count of points, 1 to 65,536
///   4       4     u32    dimension, 1 to 65,536
///   8       ...   f32    components, count x dimension, row-major, all finite
///   ...     ...          for each point: id (<see cref="PointIdFormat"/>), u32 length of payload, payload (UTF-8 JSON object; length 0 stands for {})
///
/// kind 2, DeletePoints
///   0       4     u32    count of ids, 1 to 65,536
///   4       ...          the ids
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
public static class OperationFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    internal const uint Magic = 0x504F_5641;
    internal const int EventHeaderBytes = 16;
    internal const int OperationHeaderBytes = 8;
    internal const int UpsertHeaderBytes = 8;
    internal const int DeleteHeaderBytes = 4;
    internal const int PayloadLengthBytes = 4;

    internal const byte KindUpsertPoints = 1;
    internal const byte KindDeletePoints = 2;
    internal const byte NewestKind = KindDeletePoints;

    internal const int EmptyUpsertBytes = EventHeaderBytes + OperationHeaderBytes + UpsertHeaderBytes;

    internal static int PayloadBytes(Payload payload) => payload.IsEmpty ? 0 : payload.Utf8.Length;

    internal static long PointBytes(Point point) =>
        PointIdFormat.Size(point.Id) + PayloadLengthBytes + PayloadBytes(point.Payload) + ((long)point.Vector.Length * sizeof(float));
}
