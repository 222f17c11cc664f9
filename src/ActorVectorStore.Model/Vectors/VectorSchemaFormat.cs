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
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
public static class VectorSchemaFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    private const int HeaderBytes = 2;
    private const int VectorFixedBytes = 8;

    /// <summary>Whether there is only a float32 vector without name: what catalogues, manifests and backups say without this list, by a dimension and a distance.</summary>
    public static bool IsPlain(IReadOnlyList<VectorSchema> vectors) => vectors is [{ Name: "", Elements: ElementType.Float32 }];

    /// <summary>The stored form.</summary>
    public static byte[] Write(IReadOnlyList<VectorSchema> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var bytes = new byte[HeaderBytes + vectors.Sum(vector => VectorFixedBytes + Encoding.UTF8.GetByteCount(vector.Name))];
        var target = new ByteWriter(bytes);
        target.WriteByte(Version);
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
            vectors[i] = ReadVector(ref reader);
        bytesRead = reader.Position;
        return vectors;
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
