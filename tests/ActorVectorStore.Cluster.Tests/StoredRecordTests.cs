using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using Akka.Actor;

namespace ActorVectorStore.Cluster.Tests;

/// <summary>The bytes of every manifest, which no later version may read otherwise.</summary>
public sealed class StoredRecordTests : ClusterTest
{
    private StoredRecordSerializer Serializer => new((ExtendedActorSystem)System);

    [Theory]
    [InlineData("cc1", "020000000201000000776F726473")]
    [InlineData("cc2", "0200000001020104020503000000696D6167650201020500000000776F726473776F726473")]
    [InlineData("cd1", "776F726473")]
    [InlineData("ce1", "0700000000000000")]
    [InlineData("so1", "41564F50010000002500000001000000020000000D00000001000000010500000000000000")]
    public void Golden_bytes_are_read_and_written_for_ever(string manifest, string golden)
    {
        object record = manifest switch
        {
            "cc1" => new CollectionCreated(OneShard),
            "cc2" => new CollectionCreated(new CollectionSchema(
                Words, [VectorSchema.Dense("image", 3, Distance.Dot, ElementType.UInt8), VectorSchema.Sparse("words")], shardCount: 2)),
            "cd1" => new CollectionDropped(Words),
            "ce1" => new CollectionErased(7),
            _ => new ShardEvent(OperationCodec.Encode([new DeletePoints([PointId.FromNumber(5)])])),
        };
        Assert.Equal(manifest, Serializer.Manifest(record));
        Assert.Equal(golden, Convert.ToHexString(Serializer.ToBinary(record)));
        var read = Serializer.FromBinary(Convert.FromHexString(golden), manifest);
        Assert.Equal(golden, Convert.ToHexString(Serializer.ToBinary(read)));
    }

    [Theory]
    [InlineData("sm1")]
    [InlineData("ss1")]
    public void A_checkpoint_is_the_bytes_that_the_store_gave(string manifest)
    {
        byte[] bytes = [1, 2, 3];
        object record = manifest == "sm1" ? new ShardManifestBytes(bytes) : new ShardSnapshotBytes(bytes);
        Assert.Equal(manifest, Serializer.Manifest(record));
        Assert.Equal(bytes, Serializer.ToBinary(record));
        Assert.Equal(record.GetType(), Serializer.FromBinary(bytes, manifest).GetType());
    }

    [Theory]
    [InlineData("cc3")]
    [InlineData("xy1")]
    public void An_unknown_manifest_is_a_newer_programs(string manifest)
    {
        var unreadable = Assert.IsType<UnreadableRecord>(Serializer.FromBinary([1], manifest));
        Assert.IsType<UnsupportedFormatException>(unreadable.Explained("catalog", 5));
    }

    [Theory]
    [InlineData("cc1", "")]
    [InlineData("cc1", "02000000090100000061")]
    [InlineData("cc2", "02000000010100")]
    [InlineData("cc2", "")]
    [InlineData("cd1", "FF")]
    [InlineData("ce1", "0700")]
    [InlineData("", "00")]
    public void A_damaged_record_is_told_with_its_owner_and_number(string manifest, string bytes)
    {
        var unreadable = Assert.IsType<UnreadableRecord>(Serializer.FromBinary(Convert.FromHexString(bytes), manifest));
        var error = Assert.IsType<CorruptionException>(unreadable.Explained("catalog", 5));
        Assert.Contains("record 5 of 'catalog'", error.File, StringComparison.Ordinal);
    }

    [Fact]
    public void The_names_under_which_shards_are_stored_never_change() =>
        Assert.Equal("shard/words-dba36bffa5cab0f922d087a3aeb179f9/1/0", ShardId(0));
}
