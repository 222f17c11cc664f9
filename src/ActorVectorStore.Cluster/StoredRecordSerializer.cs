using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ActorVectorStore.Model;
using Akka.Actor;
using Akka.Serialization;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Bytes of everything that this room stores. The manifests are a closed set; each ends with the version of its layout. Little-endian.
/// <code>
/// manifest  body
/// so1       operations: an event of OperationCodec
/// sm1       a shard's manifest: ShardManifestFormat
/// ss1       a shard snapshot: ShardSnapshotFormat; read, not written any more
/// cc1       i32 dimension, u8 distance, i32 shard count, name in UTF-8
/// cc2       i32 shard count, vectors (VectorSchemaFormat), name in UTF-8; where cc1 can say it, it is written
/// cd1       name in UTF-8
/// ce1       i64 sequence number of the creation
/// </code>
/// </summary>
public sealed class StoredRecordSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The number by which stored records name this serializer; it never changes.</summary>
    public const int SerializerIdentifier = 0x41565301;

    private const string OperationsManifest = "so1";
    private const string CheckpointManifest = "sm1";
    private const string SnapshotManifest = "ss1";
    private const string CreatedPlainManifest = "cc1";
    private const string CreatedManifest = "cc2";
    private const string DroppedManifest = "cd1";
    private const string ErasedManifest = "ce1";
    private const int SchemaFixedBytes = 9;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Binds the stored records to this serializer.</summary>
    public const string Configuration =
        """
        akka.actor {
          serializers.avs-stored = "ActorVectorStore.Cluster.StoredRecordSerializer, ActorVectorStore.Cluster"
          serialization-bindings {
            "ActorVectorStore.Cluster.ShardEvent, ActorVectorStore.Cluster" = avs-stored
            "ActorVectorStore.Cluster.ShardManifestBytes, ActorVectorStore.Cluster" = avs-stored
            "ActorVectorStore.Cluster.ShardSnapshotBytes, ActorVectorStore.Cluster" = avs-stored
            "ActorVectorStore.Cluster.CatalogEvent, ActorVectorStore.Cluster" = avs-stored
          }
        }
        """;

    /// <inheritdoc/>
    public override int Identifier => SerializerIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        ShardEvent => OperationsManifest,
        ShardManifestBytes => CheckpointManifest,
        ShardSnapshotBytes => SnapshotManifest,
        CollectionCreated created => VectorSchemaFormat.IsPlain(created.Schema.Vectors) ? CreatedPlainManifest : CreatedManifest,
        CollectionDropped => DroppedManifest,
        CollectionErased => ErasedManifest,
        _ => throw new ArgumentException($"Expected a stored record of this room, found {o.GetType()}.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        ShardEvent shardEvent => Whole(shardEvent.Operations),
        ShardManifestBytes manifest => Whole(manifest.Bytes),
        ShardSnapshotBytes snapshot => snapshot.Bytes,
        CollectionCreated created => VectorSchemaFormat.IsPlain(created.Schema.Vectors) ? WritePlain(created.Schema) : Write(created.Schema),
        CollectionDropped dropped => Encoding.UTF8.GetBytes(dropped.Name.Value),
        CollectionErased erased => Write(erased.Creation),
        _ => throw new ArgumentException($"Expected a stored record of this room, found {obj.GetType()}.", nameof(obj)),
    };

    /// <summary>The record; an unreadable one becomes an object that says why, because only its reader knows whose record it is.</summary>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return manifest switch
            {
                OperationsManifest => new ShardEvent(bytes),
                CheckpointManifest => new ShardManifestBytes(bytes),
                SnapshotManifest => new ShardSnapshotBytes(bytes),
                CreatedPlainManifest when bytes.Length > SchemaFixedBytes => new CollectionCreated(ReadPlainSchema(bytes)),
                CreatedManifest when bytes.Length > sizeof(int) => new CollectionCreated(ReadSchema(bytes)),
                DroppedManifest => new CollectionDropped(ReadName(bytes)),
                ErasedManifest when bytes.Length == sizeof(long) => new CollectionErased(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
                CreatedPlainManifest or CreatedManifest or ErasedManifest => Damaged(manifest, "a record of another length", $"{bytes.Length} bytes"),
                _ => Unknown(manifest),
            };
        }
        catch (UnsupportedOperationException e)
        {
            return new UnreadableRecord(manifest, "a list of vectors of a known version", e.Message, UnreadableRecord.NewestVersion + 1);
        }
        catch (Exception e) when (e is InvalidRequestException or DecoderFallbackException or MalformedOperationException)
        {
            return Damaged(manifest, "a collection's name and schema", e.Message);
        }
    }

    // Bytes that never change need no copy, where they are a whole array.
    private static byte[] Whole(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Count == part.Array!.Length ? part.Array : bytes.ToArray();

    private static UnreadableRecord Damaged(string manifest, string expected, string found) => new(manifest, expected, found, NewerVersion: 0);

    // A manifest is two letters and a version. Kinds that are unknown here are a newer program's as well: the set only ever grows.
    private static UnreadableRecord Unknown(string manifest) =>
        manifest.Length > 2 && char.IsAsciiLetterLower(manifest[0]) && char.IsAsciiLetterLower(manifest[1])
            && int.TryParse(manifest.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? new UnreadableRecord(manifest, "a known record", manifest, Math.Max(version, UnreadableRecord.NewestVersion + 1))
            : Damaged(manifest, "two letters and a version as manifest", $"'{manifest}'");

    private static byte[] WritePlain(CollectionSchema schema)
    {
        var bytes = new byte[SchemaFixedBytes + Encoding.UTF8.GetByteCount(schema.Name.Value)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, schema.Dimension);
        bytes[4] = (byte)schema.Vectors[0].Distance;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), schema.ShardCount);
        Encoding.UTF8.GetBytes(schema.Name.Value, bytes.AsSpan(SchemaFixedBytes));
        return bytes;
    }

    private static byte[] Write(CollectionSchema schema)
    {
        var shardCount = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(shardCount, schema.ShardCount);
        return [.. shardCount, .. VectorSchemaFormat.Write(schema.Vectors), .. Encoding.UTF8.GetBytes(schema.Name.Value)];
    }

    private static CollectionSchema ReadSchema(byte[] bytes)
    {
        var vectors = VectorSchemaFormat.Read(bytes.AsSpan(sizeof(int)), out var length);
        return new CollectionSchema(ReadName(bytes.AsSpan(sizeof(int) + length)), vectors, BinaryPrimitives.ReadInt32LittleEndian(bytes));
    }

    private static CollectionSchema ReadPlainSchema(byte[] bytes) => new(
        ReadName(bytes.AsSpan(SchemaFixedBytes)),
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (Distance)bytes[4],
        BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(5)));

    private static CollectionName ReadName(ReadOnlySpan<byte> utf8) => CollectionName.Parse(StrictUtf8.GetString(utf8));

    private static byte[] Write(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
