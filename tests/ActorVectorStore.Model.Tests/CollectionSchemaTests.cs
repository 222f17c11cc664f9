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

    [Fact]
    public void Vectors_by_name_make_equal_schemas_if_they_are_the_same_and_each_name_is_there_once()
    {
        VectorSchema[] vectors = [VectorSchema.Dense("image", 3, Distance.Dot, ElementType.UInt8), VectorSchema.Sparse("words"), VectorSchema.Multi("tokens", 2, Distance.Cosine)];
        var schema = new CollectionSchema(Words, vectors);
        Assert.Equal(schema, new CollectionSchema(Words, [.. vectors]));
        Assert.NotEqual(schema, new CollectionSchema(Words, vectors[..2]));
        Assert.Equal((0, false, 1, -1), (schema.Dimension, schema.IsSimple, schema.IndexOf("words"), schema.IndexOf("")));
        Refused(() => new CollectionSchema(Words, []), "vectors", "1 to 64", "an empty list");
        Refused(() => new CollectionSchema(Words, [vectors[1], VectorSchema.Dense("words", 2, Distance.Dot)]), "vectors", "each name once", "'words' twice");
        Refused(() => new CollectionSchema(Words, [.. Enumerable.Range(0, 65).Select(n => VectorSchema.Sparse($"{n}"))]), "vectors", "1 to 64", "65");
    }

    [Fact]
    public void A_vector_without_name_is_dense_and_every_other_has_a_bounded_name_and_known_values()
    {
        Refused(() => VectorSchema.Sparse(""), "vector name", "a name, for a vector that is Sparse", "none");
        Refused(() => VectorSchema.Multi("", 2, Distance.Dot), "vector name", "a name, for a vector that is Multi", "none");
        Assert.Throws<InvalidRequestException>(() => VectorSchema.Sparse(new string('x', ModelLimits.VectorNameBytesMax + 1)));
        Assert.Throws<InvalidRequestException>(() => VectorSchema.Sparse("\ud800"));
        Refused(() => VectorSchema.Dense("a", 2, Distance.Dot, 0), "elements", "Float32, Float16, BFloat16 or UInt8", "value 0");
        Refused(() => VectorSchema.Multi("a", 0, Distance.Dot), "dimension", "1 to 65536", "0");
    }

    [Fact]
    public void Vectors_of_a_point_are_sorted_by_name_and_compared_by_their_bits()
    {
        var sparse = new SparseVector(new[] { 5u, 1u }, new[] { 0.5f, 0.1f });
        Assert.Equal([1u, 5u], sparse.Indices.ToArray());
        Assert.Equal(new SparseVector(new[] { 1u, 5u }, new[] { 0.1f, 0.5f }), sparse);
        Assert.NotEqual<VectorValue>(new DenseVector(new[] { 0f }), new DenseVector(new[] { -0f }));
        Assert.NotEqual<VectorValue>(new MultiVector(new float[6], 2), new MultiVector(new float[6], 3));
        var vectors = new NamedVectors([new("b", sparse), new("", new DenseVector(new[] { 1f })), new("a", sparse)]);
        Assert.Equal(["", "a", "b"], vectors.Select(vector => vector.Name));
        var point = new Point(default, vectors);
        Assert.Equal((1, 2), (point.Vector.Length, point.Named.Count));
        Refused(() => new NamedVectors([new("a", sparse), new("a", sparse)]), "vectors", "each name once", "'a' twice");
        Refused(() => new NamedVectors([new("", sparse)]), "vectors", "a dense vector as the one without name", "one that is Sparse");
        Refused(() => new SparseVector(new[] { 3u, 3u }, new float[2]), "indices", "each index once", "3 twice");
        Refused(() => new SparseVector(new[] { 3u }, new float[2]), "values", "1, one for each index", "2");
        Refused(() => new MultiVector(new float[3], 2), "components", "a multiple of 2", "3");
    }

    private static void Refused(Func<object> make, string subject, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(make);
        Assert.Equal((subject, expected, found), (error.Subject, error.Expected, error.Found));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void An_unknown_distance_is_refused(byte value) =>
        Assert.Throws<InvalidRequestException>(() => new CollectionSchema(Words, 3, (Distance)value));
}
