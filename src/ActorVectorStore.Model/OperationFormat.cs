using System.Text;

namespace ActorVectorStore.Model;

/// <summary>
/// Layout of an event: one or more operations of one shard, applied together at one log index. Little-endian throughout, but for a UUID, whose
/// sixteen bytes are in the order in which they are written. Lengths are in bytes.
/// </summary>
/// <remarks>
/// <para>The event has no checksum: the log frame, the snapshot or the transport that carries it has one. Every length and count is checked against
/// the bytes that are there before anything is allocated. There is exactly one encoding of a list of operations: its version is the lowest one that
/// knows all of them, so that an older program reads what it can understand.</para>
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
///   ...     ...          for each point: id (<see cref="PointIdFormat"/>), payload
///
/// kind 2, DeletePoints
///   0       4     u32    count of ids, 1 to 65,536
///   4       ...          the ids
///
/// since version 2:
///
/// kind 3, ConditionalUpsert
///   0       ...          the points, as in kind 1
///   ...     1     u8     condition: 1 IfAbsent, 2 IfPresent, 3 IfVersion, 4 IfMatches
///   ...     1     u8     of IfMatches: 1 if points that do not exist are inserted, else 0; of the others 0
///   ...     2            reserved, 0
///   ...     ...          of IfVersion: i64 for each point, at least 0; of IfMatches: filter (<see cref="FilterFormat"/>)
///
/// kind 4, DeleteMatching
///   0       ...          filter
///
/// kind 5, SetPayload
///   0       ...          payload
///   ...     ...          path (<see cref="FilterFormat"/>), or one byte 0 for none
///   ...     ...          selection
///
/// kind 6, OverwritePayload
///   0       ...          payload
///   ...     ...          selection
///
/// kind 7, DeletePayloadKeys
///   0       4     u32    count of paths, 1 to 1,024
///   4       ...          the paths
///   ...     ...          selection
///
/// kind 8, ClearPayload
///   0       ...          selection
///
/// kind 9, PinIndex, and kind 10, ReleasePin
///   0       4     u32    length of the name
///   4       ...          name, UTF-8
///
/// kind 11, CreatePayloadIndex, and kind 12, DropPayloadIndex
///   0       ...          the index (<see cref="PayloadIndexFormat"/>), to the operation's end
///
/// since version 3:
///
/// kind 13, UpsertPoints of which not every one has the vector without name and no other, or whose dimensions differ
///   0       4     u32    count of points, 1 to 65,536
///   4       ...          for each point: id, payload, vectors
///
/// kind 14, ConditionalUpsert of such points
///   0       ...          the points, as in kind 13
///   ...     ...          condition, as in kind 3
///
/// kind 15, UpdateVectors
///   0       4     u32    count of updates, 1 to 65,536
///   4       ...          for each: id, vectors, at least one
///
/// kind 16, DeleteVectors
///   0       4     u32    count of names, 1 to 64
///   4       ...          the names: u32 length and UTF-8, in ordinal order
///   ...     ...          selection
///
/// vectors
///   0       4     u32    count, at most 64
///   4       ...          for each vector, in the ordinal order of the names: u32 length of the name, the name in UTF-8, vector
///
/// vector
///   0       1     u8     kind (<see cref="VectorKind"/>); the one without name is dense
///   1       3            reserved, 0
///   4       4     u32    dimension, 1 to 65,536; of a sparse vector 0
///   8       4     u32    count: of a dense vector 1, of a sparse one its entries, of a multi vector its vectors
///   12      ...          sparse: u32 indices, ascending, and f32 values; otherwise f32 components, count x dimension. All finite
///
/// payload
///   0       4     u32    length; 0 stands for {}
///   4       ...          UTF-8 JSON object
///
/// selection
///   0       1     u8     1: ids, 2: filter; 0 is reserved
///   1       ...          u32 count of ids, 1 to 65,536, and the ids; or filter
/// </code>
/// <para>History: version 1, the first, has kinds 1 and 2. Version 2 has kinds 3 to 12 too, version 3 kinds 13 to 16.</para>
/// </remarks>
public static class OperationFormat
{
    /// <summary>The newest version, that is read and, where an event needs it, written.</summary>
    public const int Version = 3;

    internal const uint Magic = 0x504F_5641;
    internal const int EventHeaderBytes = 16;
    internal const int OperationHeaderBytes = 8;
    internal const int CountBytes = 4;
    internal const int UpsertHeaderBytes = 8;
    internal const int DeleteHeaderBytes = 4;
    internal const int PayloadLengthBytes = 4;
    internal const int ConditionHeaderBytes = 4;
    internal const int SelectionKindBytes = 1;
    internal const int NoPathBytes = 1;
    internal const int VectorHeaderBytes = 12;

    internal const byte KindUpsertPoints = 1;
    internal const byte KindDeletePoints = 2;
    internal const byte KindConditionalUpsert = 3;
    internal const byte KindDeleteMatching = 4;
    internal const byte KindSetPayload = 5;
    internal const byte KindOverwritePayload = 6;
    internal const byte KindDeletePayloadKeys = 7;
    internal const byte KindClearPayload = 8;
    internal const byte KindPinIndex = 9;
    internal const byte KindReleasePin = 10;
    internal const byte KindCreatePayloadIndex = 11;
    internal const byte KindDropPayloadIndex = 12;
    internal const byte KindUpsertNamed = 13;
    internal const byte KindConditionalUpsertNamed = 14;
    internal const byte KindUpdateVectors = 15;
    internal const byte KindDeleteVectors = 16;
    internal const byte NewestKind = KindDeleteVectors;

    internal const byte ConditionIfAbsent = 1;
    internal const byte ConditionIfPresent = 2;
    internal const byte ConditionIfVersion = 3;
    internal const byte ConditionIfMatches = 4;

    internal const byte SelectionById = 1;
    internal const byte SelectionMatching = 2;

    internal const int EmptyUpsertBytes = EventHeaderBytes + OperationHeaderBytes + UpsertHeaderBytes;

    private const byte NewestKindOfVersion1 = KindDeletePoints;
    private const byte NewestKindOfVersion2 = KindDropPayloadIndex;

    /// <summary>The highest kind that an event of a version may have.</summary>
    internal static byte NewestKindOf(int version) => version switch
    {
        1 => NewestKindOfVersion1,
        2 => NewestKindOfVersion2,
        _ => NewestKind,
    };

    /// <summary>The lowest version whose events may have a kind.</summary>
    internal static int VersionOf(byte kind) => kind switch
    {
        <= NewestKindOfVersion1 => 1,
        <= NewestKindOfVersion2 => 2,
        _ => 3,
    };

    internal static int PayloadBytes(Payload payload) => payload.IsEmpty ? 0 : payload.Utf8.Length;

    /// <summary>Bytes of a point among others that have the one vector without name and no other.</summary>
    internal static long SimplePointBytes(Point point) =>
        PointIdFormat.Size(point.Id) + PayloadLengthBytes + PayloadBytes(point.Payload) + ((long)point.Vector.Length * sizeof(float));

    /// <summary>Bytes of a point among any others.</summary>
    internal static long PointBytes(Point point) => PointIdFormat.Size(point.Id) + PayloadLengthBytes + PayloadBytes(point.Payload)
        + VectorsBytes(point.Named) + (point.Vector.IsEmpty ? 0 : CountBytes + VectorHeaderBytes + ((long)point.Vector.Length * sizeof(float)));

    internal static long VectorsBytes(NamedVectors vectors)
    {
        var bytes = (long)CountBytes;
        foreach (var (name, value) in vectors)
            bytes += CountBytes + Encoding.UTF8.GetByteCount(name) + VectorHeaderBytes + value.Bytes;
        return bytes;
    }
}
