using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A payload index of a sealed segment: one section of kind <see cref="SealedSectionKind.PayloadIndex"/>, whose item counts the indexes of the segment from 0
/// without gaps. It is derived and optional. Numbers are little-endian unless a table says otherwise; offsets count from the start of the section.
/// </summary>
/// <remarks>
/// <code>
/// section of L bytes
///   0          A       part 1: postings of all terms, or keys
///   A          B       part 2: bytes of all terms, or rows
///   A+B        C       part 3: term table, or nothing
///   A+B+C      E       part 4: postings of the row sets (<see cref="RowSetKind"/>), in the order of their numbers
///              D       the index that this is (<see cref="PayloadIndexFormat"/>)
///   L-128      128     trailer
///
/// trailer
///   0          4       magic "AVPI"
///   4          4 u32   R: rows of the segment
///   8          4 u32   H: rows that have a key or a term
///   12         4 u32   D
///   16         8 i64   N: terms or keys
///   24         8 i64   A
///   32         8 i64   B
///   40         8 i64   C
///   48         64      for each of the 8 row sets: {u32 rows, u32 bytes}; the bytes sum to E
///   112        16      reserved, 0
///
/// terms: kinds keyword, bool and text
///   The terms are ascending byte strings, each once: keyword: the UTF-8 of a text of at most 49,152 bytes; bool: one byte, 0 or 1; text: the UTF-8
///   of a token of at most 49,152 bytes.
///   part 3     20 * (N + 1): for each term, and once for the end {i64 start of its bytes in part 2, i64 start of its postings in part 1, u32 rows;
///              0 at the end}
///
/// keys: all other kinds, N of them, ascending, keys that are equal by ascending row
///   part 1     keys of W bytes, big-endian so that they are ordered as byte strings:
///              W = 8: integer: i64 with its sign bit inverted. datetime: the ticks of an <see cref="Instant"/>, likewise. float: f64, of which the sign bit
///              is inverted if it is not negative, all bits if it is; both zeros as 0
///              W = 16: uuid: its bytes in the order in which they are written
///              W = 24: geo: {u64 place in the order of Morton, f64 longitude, f64 latitude}. The place has the 32 bits of (longitude + 180) / 360
///              of 2^32 at the odd bits, those of (latitude + 90) / 180 of 2^32 at the even ones
///   part 2     4 * N: u32 row of each key
///
/// postings: rows by 65,536s, ascending, each part that has rows
///   0          2 u16   number of the part: its rows are those from 65,536 times that on
///   2          2 u16   rows in it less 1
///   4                  up to 4,096 rows: the low 16 bits of each, ascending; 65,536 rows: nothing; otherwise 8,192 bytes, one bit for each row, lowest first
/// </code>
/// <para>What is held exactly: keyword: texts up to the length above; integer: numbers of 64 bits with sign that are written as integers; float:
/// numbers that are doubles (others as the nearest one, and their row is in <see cref="RowSetKind.Other"/>); bool; datetime: texts that are instants;
/// uuid: texts that are UUIDs with hyphens in small letters (with capital ones too, and their row is in <see cref="RowSetKind.Other"/>); geo: places;
/// text: all texts.</para>
/// <para>The postings are those of Roaring bitmaps (Chambi, Lemire, Kaser, Godin: Better bitmap performance with Roaring bitmaps, 2016), without the
/// containers for runs. History: version 1 is the first.</para>
/// </remarks>
internal static class PayloadIndexSectionFormat
{
    public const ushort Version = 1;

    public const SealedSectionFlags Flags = SealedSectionFlags.Optional | SealedSectionFlags.Derived;

    public const int TrailerBytes = 128;
    public const int RowSets = 8;
    public const int TermEntryBytes = 20;
    public const int RowBytes = sizeof(uint);

    public const int NumberKeyBytes = OrderedKey.Bytes;
    public const int UuidKeyBytes = 16;
    public const int PlaceKeyBytes = 24;

    /// <summary>A longer text or token is in no filter: its characters are at most three bytes each.</summary>
    public const int TermBytesMax = ModelLimits.FilterTextLengthMax * 3;

    public const int ChunkRowBits = 16;
    public const int ChunkRows = 1 << ChunkRowBits;
    public const int ChunkHeadBytes = 4;
    public const int ChunkListRowsMax = 4_096;
    public const int ChunkBitsBytes = ChunkRows / 8;

    public static ReadOnlySpan<byte> Magic => "AVPI"u8;

    /// <summary>Bytes of a part of postings behind its head.</summary>
    /// <param name="rows">Rows in it.</param>
    public static int ChunkBodyBytes(int rows) => rows switch
    {
        <= ChunkListRowsMax => rows * sizeof(ushort),
        ChunkRows => 0,
        _ => ChunkBitsBytes,
    };

    /// <summary>Bytes of a key; 0 for kinds that have terms instead.</summary>
    public static int KeyBytes(PayloadIndexKind kind) => kind switch
    {
        PayloadIndexKind.Integer or PayloadIndexKind.Float or PayloadIndexKind.Datetime => NumberKeyBytes,
        PayloadIndexKind.Uuid => UuidKeyBytes,
        PayloadIndexKind.Geo => PlaceKeyBytes,
        _ => 0,
    };
}
