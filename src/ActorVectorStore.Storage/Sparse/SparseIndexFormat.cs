namespace ActorVectorStore.Storage;

/// <summary>
/// An inverted index of a sparse column of a sealed segment: one section of kind <see cref="SealedSectionKind.SparseIndex"/>, whose item is the number of the column. It is derived and optional. Numbers
/// are little-endian; offsets count from the start of the section.
/// </summary>
/// <remarks>
/// <code>
/// section of L bytes
///   0                  G groups, one behind the other, of ascending dimensions
///   L-64-24*G  24*G    the groups
///   L-64       64      trailer
///
/// group: the dimensions from its first to its last that any row has
///   lists, by ascending dimension, one behind the other
///   24*D               table of the dimensions, ascending
///
/// list: the postings of a dimension, by ascending row, in blocks of 1,024 (the last may be fewer), one behind the other
///   0          4*n     u32 row of each of n postings
///   4*n        4*n     f32 weight of each: the value that the row has in the dimension, bit for bit
///
/// dimension in the table
///   0          4 u32   dimension: an index of the sparse vectors
///   4          4 u32   postings of its list, 1 to R
///   8          4 f32   the lowest weight
///   12         4 f32   the highest weight
///   16         8 i64   offset of its list
///
/// group in the list of groups
///   0          4 u32   first dimension
///   4          4 u32   last dimension
///   8          8 i64   offset of its table
///   16         4 u32   D
///   20         4       reserved, 0
///
/// trailer
///   0          4       magic "AVSI"
///   4          4 u32   R: rows of the segment
///   8          4 u32   G, at most 65,536
///   12         4       reserved, 0
///   16         8 i64   postings of all lists
///   24         8 i64   rows that have a vector in the column
///   32         32      reserved, 0
/// </code>
/// <para>A group is what the writer sorted at a time: readers must not care how many there are. History: version 1 is the first.</para>
/// </remarks>
internal static class SparseIndexFormat
{
    public const ushort Version = 1;

    public const SealedSectionFlags Flags = SealedSectionFlags.Optional | SealedSectionFlags.Derived;

    public const int BlockPostings = 1_024;
    public const int PostingBytes = sizeof(uint) + sizeof(float);
    public const int DimensionBytes = 24;
    public const int GroupBytes = 24;
    public const int GroupsMax = 1 << 16;
    public const int TrailerBytes = 64;

    public static ReadOnlySpan<byte> Magic => "AVSI"u8;
}
