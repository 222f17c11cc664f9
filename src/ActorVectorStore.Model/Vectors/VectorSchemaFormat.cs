using System.Text;

namespace ActorVectorStore.Model;

/// <summary>
/// The stored form of a collection's vectors, in catalogues, manifests and backups. Little-endian. There is exactly one encoding of a list.
/// </summary>
/// <remarks>
/// <code>
/// offset  size  type  meaning
/// 0       1     u8    version; 0 is reserved
/// 1       1     u8    count of vectors, 1 to 64
/// 2       ...         the vectors, in the order of the schema
///
/// vector
/// 0       1     u8    kind (<see cref="VectorKind"/>)
/// 1       1     u8    elements (<see cref="ElementType"/>)
/// 2       1     u8    distance (<see cref="Distance"/>)
/// 3       1     u8    N: bytes of the name
/// 4       4     u32   dimension
/// 8       N           UTF-8: the name
/// ...     1     u8    from version 2 on: 1 if the options of the index follow, 0 if they are the default ones
/// ...     4     u32   M
/// ...     4     u32   ef_construct
/// ...     4     u32   hnsw_ef
/// ...     4     u32   full_scan_threshold
/// ...     1     u8    bits 0 to 6: quantization (<see cref="VectorQuantization"/>); bit 7: vectors are on disk
/// </code>
/// <para>History: version 1, the first. Version 2 has options of indexes; it is written where any are not the default ones.</para>
/// </remarks>
public static class VectorSchemaFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 2;

    private const int VersionWithoutIndexes = 1;
    private const int HeaderBytes = 2;
    private const int VectorFixedBytes = 8;
    private const byte OnDiskBit = 0x80;
    private const int IndexBytes = (4 * sizeof(int)) + 1;

    /// <summary>The vectors without what their indexes are: what does not change what points are.</summary>
    public static IReadOnlyList<VectorSchema> WithoutIndexes(IReadOnlyList<VectorSchema> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        return HaveIndexes(vectors) ? [.. vectors.Select(vector => vector with { Index = VectorIndexOptions.Default })] : vectors;
    }

    /// <summary>Whether there is only a float32 vector without name, with the default index: what catalogues, manifests and backups say without this list, by a dimension and a distance.</summary>
    public static bool IsPlain(IReadOnlyList<VectorSchema> vectors) => vectors is [{ Name: "", Elements: ElementType.Float32 }] && !HaveIndexes(vectors);

    /// <summary>The stored form.</summary>
    public static byte[] Write(IReadOnlyList<VectorSchema> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var version = HaveIndexes(vectors) ? Version : VersionWithoutIndexes;
        var bytes = new byte[HeaderBytes + vectors.Sum(vector => SizeOf(vector, version))];
        var target = new ByteWriter(bytes);
        target.WriteByte((byte)version);
        target.WriteByte((byte)vectors.Count);
        foreach (var vector in vectors)
        {
            var nameBytes = Encoding.UTF8.GetByteCount(vector.Name);
            target.WriteByte((byte)vector.Kind);
            target.WriteByte((byte)vector.Elements);
            target.WriteByte((byte)vector.Distance);
            target.WriteByte((byte)nameBytes);
            target.WriteCount(vector.Dimension);
            Encoding.UTF8.GetBytes(vector.Name, target.Take(nameBytes));
            if (version > VersionWithoutIndexes)
                Write(ref target, vector.Index);
        }

        return bytes;
    }

    /// <summary>Reads the list at the start of the bytes, which may go on behind it.</summary>
    /// <param name="source">The bytes; none are believed.</param>
    /// <param name="bytesRead">Bytes of the list.</param>
    /// <exception cref="MalformedOperationException">They are no list; offsets count from the start of <paramref name="source"/>.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote them.</exception>
    public static IReadOnlyList<VectorSchema> Read(ReadOnlySpan<byte> source, out int bytesRead)
    {
        var reader = new ByteReader(source);
        var version = reader.ReadByte("the version of a list of vectors");
        if (version > Version)
            throw new UnsupportedOperationException("version of a list of vectors", version, Version);
        if (version == 0)
            throw new MalformedOperationException(0, $"version 1 to {Version}", "0");
        var count = reader.ReadByte("the count of vectors");
        if (count is 0 or > ModelLimits.VectorsMax)
            throw new MalformedOperationException(1, $"1 to {ModelLimits.VectorsMax} vectors", $"{count}");
        var vectors = new VectorSchema[count];
        for (var i = 0; i < count; i++)
            vectors[i] = ReadVector(ref reader) is var vector && version > VersionWithoutIndexes ? ReadIndex(ref reader, vector) : vector;
        if (version > VersionWithoutIndexes && !HaveIndexes(vectors))
            throw new MalformedOperationException(0, "version 1, without options of indexes", $"{version}");
        bytesRead = reader.Position;
        return vectors;
    }

    private static bool HaveIndexes(IReadOnlyList<VectorSchema> vectors) => vectors.Any(vector => vector.Index != VectorIndexOptions.Default);

    private static int SizeOf(VectorSchema vector, int version)
    {
        var size = VectorFixedBytes + Encoding.UTF8.GetByteCount(vector.Name);
        if (version == VersionWithoutIndexes)
            return size;
        return size + 1 + (vector.Index == VectorIndexOptions.Default ? 0 : IndexBytes);
    }

    private static void Write(ref ByteWriter target, VectorIndexOptions index)
    {
        target.WriteByte(index == VectorIndexOptions.Default ? (byte)0 : (byte)1);
        if (index == VectorIndexOptions.Default)
            return;
        target.WriteCount(index.M);
        target.WriteCount(index.EfConstruct);
        target.WriteCount(index.HnswEf);
        target.WriteCount(index.FullScanThreshold);
        target.WriteByte((byte)((byte)index.Quantization | (index.VectorsOnDisk ? OnDiskBit : 0)));
    }

    private static VectorSchema ReadIndex(ref ByteReader reader, VectorSchema vector)
    {
        var start = reader.Position;
        var flag = reader.ReadByte("whether an index has options");
        if (flag > 1)
            throw new MalformedOperationException(start, "0 or 1", $"{flag}");
        if (flag == 0)
            return vector;
        var (m, efConstruct, hnswEf, threshold) = (
            reader.ReadInt32("M"), reader.ReadInt32("ef_construct"), reader.ReadInt32("hnsw_ef"), reader.ReadInt32("full_scan_threshold"));
        var memory = reader.ReadByte("the quantization");
        var (quantization, isOnDisk) = ((VectorQuantization)(memory & ~OnDiskBit), (memory & OnDiskBit) != 0);
        try
        {
            var index = new VectorIndexOptions { M = m, EfConstruct = efConstruct, HnswEf = hnswEf, FullScanThreshold = threshold, Quantization = quantization, VectorsOnDisk = isOnDisk };
            return index != VectorIndexOptions.Default
                ? vector with { Index = index }
                : throw new MalformedOperationException(start, "0 before the default options", "1");
        }
        catch (InvalidRequestException error)
        {
            throw new MalformedOperationException(start, $"an index with {error.Subject} of {error.Expected}", error.Found);
        }
    }

    private static VectorSchema ReadVector(ref ByteReader reader)
    {
        var start = reader.Position;
        var kind = (VectorKind)reader.ReadByte("the kind of a vector");
        var elements = (ElementType)reader.ReadByte("the elements of a vector");
        var distance = (Distance)reader.ReadByte("the distance of a vector");
        var nameBytes = reader.ReadByte("the length of a name");
        var dimension = reader.ReadInt32("the dimension");
        var utf8 = reader.Take(nameBytes, "the name of a vector");
        var name = Encoding.UTF8.GetString(utf8);
        if (!Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(utf8))
            throw new MalformedOperationException(start, "a name in well-formed UTF-8", $"{nameBytes} other bytes");
        try
        {
            return VectorSchema.Of(name, kind, dimension, distance, elements);
        }
        catch (InvalidRequestException error)
        {
            throw new MalformedOperationException(start, $"a vector with {error.Subject} of {error.Expected}", error.Found);
        }
    }
}
