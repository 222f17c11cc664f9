using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A sealed segment: one file with the rows of a shard that will not change. It is written once under a temporary name, synced and renamed; what is
/// deleted later is said elsewhere. Numbers are little-endian, but for a UUID, whose bytes are in the order in which they are written. Offsets count from the
/// start of the file, lengths are in bytes, XXH3 is the 64-bit XXH3 hash.
/// </summary>
/// <remarks>
/// <code>
/// file
///   offset     length  content
///   0          H       head: the directory, zeros up to H, a multiple of 4,096
///   H                  sections, one behind the other, each at a multiple of 64 and padded with zeros to the next one
///   L-64-D     D       the directory again: one copy is enough to open the file
///   L-64       64      footer; L is the length of the file
///
/// directory, D bytes, a multiple of 64
///   0          8       magic "AVSSEG\r\n"
///   8          2 u16   major version: a newer one is refused; 0 is reserved
///   10         2 u16   minor version: a newer one is read
///   12         4 u32   D, at most 1 MiB
///   16         16      segment id
///   32         8 i64   L
///   40         4 u32   H
///   44         12      reserved, 0
///   56         8 u64   XXH3 of bytes 0 to 55: these 64 bytes are the same in every version, so that a newer file is told from a damaged one
///   64         4 u32   R: rows, at most 2^30
///   68         2 u16   C: vector columns, at most 256
///   70         2 u16   S: sections, at most 4,096
///   72         2 u16   W: at most 255
///   74         6       reserved, 0
///   80         W       UTF-8: the program that wrote the file
///              ...     C columns
///              48 * S  sections, by ascending offset
///              ...     zeros
///   D-8        8 u64   XXH3 of all bytes of the directory before
///
/// column
///   0          1       kind (<see cref="VectorKind"/>): 1 dense, 2 sparse, 3 multi
///   1          1       elements (<see cref="ElementType"/>): 1 float32, 2 float16, 3 bfloat16, 4 uint8; 1 for sparse
///   2          1       distance (<see cref="Distance"/>)
///   3          1       1: the vectors' lengths are kept beside them; otherwise 0
///   4          4 u32   dimension, 1 to 65,536; 0 for sparse
///   8          4 u32   P: rows that have a vector in this column
///   12         2 u16   bytes of the name, at most 255
///   14         2       reserved, 0
///   16                 UTF-8: the name, which may be empty; different in each column
///
/// section in the directory
///   0          4 u32   kind (<see cref="SealedSectionKind"/>); 0 is reserved; from 256 on: what belongs to searching, and is not needed to read rows
///   4          2 u16   version of the kind
///   6          2 u16   flags (<see cref="SealedSectionFlags"/>): 1 optional: who does not know kind or version skips it, instead of refusing the
///                      file; 2 derived: can be made again from other sections
///   8          4 u32   item: for kinds that belong to a vector column its number from 0; otherwise 0, or what a kind from 256 on says
///   12         4 u32   bytes of a checksummed block: 65,536; 0 for kind 1
///   16         8 i64   offset
///   24         8 i64   length, without the padding
///   32         8 i64   place of the first block's checksum in the section of kind 1; the other blocks' follow
///   40         8       reserved, 0
///
/// footer
///   0          8       magic "AVSSEGE\n"
///   8          4 u32   D
///   12         4       reserved, 0
///   16         16      segment id
///   32         8 i64   L
///   40         16      reserved, 0
///   56         8 u64   XXH3 of bytes 0 to 55
///
/// section    content
///   1        block checksums: for each 65,536 bytes of a section with its padding (the last may be fewer) the u64 XXH3, seeded with the XXH3 of the
///            segment id plus the block's offset, modulo 2^64
///   2        ids that are numbers: u64, ascending
///   3        ids that are UUIDs: 16 bytes, ascending. Kinds 2 and 3 together give R ids their position in the order of <see cref="PointId"/>; of
///            equal ids the one inserted earlier comes first
///   4        row of each position: u32
///   5        position of each row: u32
///   6        log index that inserted each row: i64, at least 0
///   7        payload offsets: R + 1 of u64, not descending; row r has the bytes from the r-th up to the next one of all payloads laid end to end.
///            No bytes stand for {}
///   8        payload block index: for each block and once for the end {u64 first byte in the payloads laid end to end, u64 first byte in
///            section 9}
///   9        payload blocks: each has whole payloads, as they are or, if that is shorter, as a zstd frame. A block has up to 32 KiB of payloads, or one
///            longer one. Payloads shorter than 4 KiB are laid together as they are, each longer one is compressed in a block of its own; readers
///            take any block either way, for until 2026-11 all were compressed
///   16       presence, if P is less than R: for each 448 rows 64 bytes {u32 rows before these that have a vector, u32 0, 448 bits, lowest first}.
///            The o-th row that has a vector has ordinal o
///   17       vectors, row-major: each of dimension elements, padded with zeros to a multiple of 64 bytes. Dense: P, by ordinal. Multi: those of ordinal 0,
///            then those of ordinal 1, ...
///   18       lengths that the vectors of section 17 had before they were normalised: f32
///   19       list offsets: P + 1 of u64, not descending: the o-th list has the entries from the o-th up to the next one. Entries of a sparse column are those
///            of sections 20 and 21, entries of a multi column the vectors of section 17
///   20       sparse: u32 indices, ascending in each list
///   21       sparse: f32 values
///   257      optional, derived: one over the length of each vector of a dense float32 column, by ordinal; 0 for a vector of zeros, NaN where single
///            precision does not do: f32
/// </code>
/// <para>Sections 1 to 9 are always there, 16 to 21 where a column needs them, 257 for the cosine distance. Payload indexes (272) and inverted indexes of sparse columns (288) are laid out by
/// <see cref="PayloadIndexSectionFormat"/> and <see cref="SparseIndexFormat"/>. History: version 1.0 is the first.</para>
/// </remarks>
internal static class SealedSegmentFormat
{
    public const int MajorVersion = 1;
    public const int MinorVersion = 0;

    /// <summary>Version of every section that is described here.</summary>
    public const ushort SectionVersion = 1;

    public const int AlignmentBytes = 64;
    public const int BlockBytes = 1 << BlockBits;
    public const int BlockBits = 16;
    public const int PageBytes = 4_096;
    public const int ChecksumBytes = sizeof(ulong);
    public const int PreambleBytes = 64;
    public const int FixedBytes = 80;
    public const int ColumnFixedBytes = 16;
    public const int SectionEntryBytes = 48;
    public const int FooterBytes = 64;
    public const int DirectoryBytesMax = 1 << 20;
    public const int ColumnsMax = 256;
    public const int SectionsMax = 4_096;
    public const int NameBytesMax = 255;
    public const int RowsMax = 1 << 30;

    /// <summary>64 TiB: block numbers fit an int, and no sum of offsets overflows.</summary>
    public const long FileBytesMax = 1L << 46;

    public const int PresenceLineBytes = 64;
    public const int PresenceBitsAt = 8;
    public const int PresenceRowsPerLine = (PresenceLineBytes - PresenceBitsAt) * 8;

    /// <summary>A payload block is closed when the next payload would carry it beyond this.</summary>
    public const int PayloadBlockBytesTarget = 32 << 10;
    public const int PayloadBlockBytesMax = ModelLimits.PayloadBytesMax;

    /// <summary>A payload of so many bytes is compressed, alone; shorter ones are laid together as they are.</summary>
    public const int CompressedPayloadBytesMin = 4 << 10;
    public const int PayloadIndexEntryBytes = 16;

    /// <summary>Components of all vectors of one row in a multi column, at most: what fits in one write.</summary>
    public const int MultiComponentsMax = ModelLimits.BatchBytesMax / sizeof(float);

    /// <summary>Entries of one sparse vector, at most: what fits in one write.</summary>
    public const int SparseEntriesMax = ModelLimits.BatchBytesMax / (sizeof(uint) + sizeof(float));

    public static ReadOnlySpan<byte> DirectoryMagic => "AVSSEG\r\n"u8;

    public static ReadOnlySpan<byte> FooterMagic => "AVSSEGE\n"u8;

    /// <summary>The next multiple of a power of two.</summary>
    public static long AlignUp(long value, int alignment) => (value + alignment - 1) & -alignment;
}
