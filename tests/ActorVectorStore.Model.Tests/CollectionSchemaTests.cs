namespace ActorVectorStore.Model.Tests;

public sealed class CollectionSchemaTests
{
    private static readonly CollectionName Words = CollectionName.Parse("words");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(65_536, 1_024)]
    public void Bounds_belong_to_the_accepted_values(int dimension, int shardCount)
    {
        var schema = new CollectionSchema(Words, dimension, Distance.Cosine, shardCount);
        Assert.Equal((dimension, shardCount), (schema.Dimension, schema.ShardCount));
        Assert.Equal(schema, new CollectionSchema(Words, dimension, Distance.Cosine, shardCount));
    }

    [Theory]
    [InlineData(0, 1, "dimension", "1 to 65536", "0")]
    [InlineData(65_537, 1, "dimension", "1 to 65536", "65537")]
    [InlineData(1, 0, "shard count", "1 to 1024", "0")]
    [InlineData(1, 1_025, "shard count", "1 to 1024", "1025")]
    public void Values_beyond_a_bound_are_refused_with_the_bound(int dimension, int shardCount, string subject, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(() => new CollectionSchema(Words, dimension, Distance.Dot, shardCount));
        Assert.Equal((subject, expected, found), (error.Subject, error.Expected, error.Found));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void An_unknown_distance_is_refused(byte value) =>
        Assert.Throws<InvalidRequestException>(() => new CollectionSchema(Words, 3, (Distance)value));
}
