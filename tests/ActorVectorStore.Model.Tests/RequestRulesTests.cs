namespace ActorVectorStore.Model.Tests;

public sealed class RequestRulesTests
{
    private static readonly CollectionSchema Schema = new(CollectionName.Parse("words"), 3, Distance.Cosine, 4);

    private static readonly CollectionSchema Named = new(CollectionName.Parse("things"),
    [
        VectorSchema.Dense("", 3, Distance.Cosine),
        VectorSchema.Dense("image", 2, Distance.Dot),
        VectorSchema.Dense("half", 2, Distance.Dot, ElementType.Float16),
        VectorSchema.Dense("byte", 2, Distance.Euclid, ElementType.UInt8),
        VectorSchema.Sparse("words"),
        VectorSchema.Multi("tokens", 2, Distance.Cosine),
    ]);

    [Fact]
    public void A_valid_upsert_passes() => RequestRules.CheckUpsert(Schema, [Point(1, 1, 2, 3), Point(1, 0, 0, 0)]);

    [Fact]
    public void An_empty_batch_is_refused() =>
        Refused(() => RequestRules.CheckUpsert(Schema, []), "points", "1 to 65536", "an empty list");

    [Fact]
    public void A_wrong_dimension_is_refused_with_both_dimensions_and_the_place()
    {
        Refused(() => RequestRules.CheckUpsert(Schema, [Point(1, 1, 2, 3), Point(2, 1, 2)]), "points[1].vector", "3 components", "2");
        Refused(() => RequestRules.CheckUpsert(Schema, [Point(1, 1, 2, 3, 4)]), "points[0].vector", "3 components", "4");
        Refused(() => RequestRules.CheckSearch(Schema, Query() with { Vector = new float[2] }), "query vector", "3 components", "2");
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_component_that_is_not_finite_is_refused_with_its_place(float bad, string shown)
    {
        Refused(() => RequestRules.CheckUpsert(Schema, [Point(1, 1, bad, 3)]), "points[0].vector", "finite components", $"{shown} as component 1");
        Refused(() => RequestRules.CheckSearch(Schema, Query(1, 2, bad)), "query vector", "finite components", $"{shown} as component 2");
    }

    [Fact]
    public void Vectors_of_points_are_those_of_the_collection_and_any_may_be_left_out()
    {
        var image = new NamedVector("image", new DenseVector(new[] { 1f, 2f }));
        RequestRules.CheckVectors(Named, [Of(), Of(image), Of(new NamedVector("", new DenseVector(new float[3]))), Of(new NamedVector("words", Sparse(1)), Tokens(2, 2))]);
        Refused(() => RequestRules.CheckVectors(Schema, [Of(image)]), "points[0].vector", "3 components", "0");
        Refused(
            () => RequestRules.CheckVectors(Schema, [new Point(default, new NamedVectors([image, new NamedVector("", new DenseVector(new float[3]))]))]),
            "points[0].vector 'image'",
            "the name of a vector of the collection",
            "another");
        Refused(() => RequestRules.CheckVectors(Named, [Of(image with { Name = "x" })]), "points[0].vector 'x'", "the name of a vector of the collection", "another");
        Refused(() => RequestRules.CheckVectors(Named, [Of(new NamedVector("image", Sparse(1)))]), "points[0].vector 'image'", "a vector that is Dense", "one that is Sparse");
        Refused(() => RequestRules.CheckVectors(Named, [Of(new NamedVector("image", new DenseVector(new float[3])))]), "points[0].vector 'image'", "2 components", "3");
        Refused(() => RequestRules.CheckVectors(Named, [Of(Tokens(3, 1))]), "points[0].vector 'tokens'", "vectors of 2 components", "3");
        Refused(() => RequestRules.CheckVectors(Named, [Of(new NamedVector("words", Sparse(float.NaN)))]), "points[0].vector 'words'", "finite components", "NaN as component 0");
        Refused(() => RequestRules.CheckVectors(new CollectionSchema(Schema.Name, [VectorSchema.Sparse("words")]), [Point(1, 1)]), "points[0].vector", "vectors with names", "one without");
    }

    [Theory]
    [InlineData("half", 65_504, -65_504, 65_505, "-65504 to 65504")]
    [InlineData("byte", 255, 0.4f, -0.5f, "0 to 255")]
    public void Components_that_a_small_type_cannot_hold_are_refused(string name, float one, float other, float beyond, string range)
    {
        RequestRules.CheckVectors(Named, [Of(new NamedVector(name, new DenseVector(new[] { one, other })))]);
        Refused(
            () => RequestRules.CheckUpdate(Named, new UpdateVectors([new VectorUpdate(default, new NamedVectors([new NamedVector(name, new DenseVector(new[] { one, beyond }))]))])),
            $"updates[0].vector '{name}'",
            $"components from {range}",
            FormattableString.Invariant($"{beyond} as component 1"));
    }

    [Fact]
    public void Vectors_are_deleted_by_names_of_the_collection_unless_every_point_has_them()
    {
        var all = new PointsMatching(new Filter());
        RequestRules.CheckDeletion(Named, new DeleteVectors(all, ["", "image"]));
        Refused(() => RequestRules.CheckDeletion(Named, new DeleteVectors(all, ["x"])), "names", "vectors of the collection", "'x'");
        Refused(() => RequestRules.CheckDeletion(Schema, new DeleteVectors(all, [""])), "names", "vectors that a point need not have", "the only vector of the collection");
    }

    [Fact]
    public void A_query_is_compared_with_a_dense_vector_of_the_collection()
    {
        RequestRules.CheckSearch(Named, Query());
        RequestRules.CheckSearch(Named, Query(1, 2) with { Using = "image" });
        Refused(() => RequestRules.CheckSearch(Named, Query() with { Using = "x" }), "using", "the name of a vector of the collection", "'x'");
        Refused(() => RequestRules.CheckSearch(Named, Query() with { Using = "image" }), "query vector", "2 components", "3");
        Refused(
            () => RequestRules.CheckSearch(Named, Query() with { Using = "words" }), "using", "a dense vector: others are compared by queries", "Sparse");
    }

    [Fact]
    public void Points_per_batch_are_limited_on_both_sides()
    {
        var point = Point(1, 1, 2, 3);
        RequestRules.CheckUpsert(Schema, Repeat(point, ModelLimits.PointsPerBatchMax));
        Refused(
            () => RequestRules.CheckUpsert(Schema, Repeat(point, ModelLimits.PointsPerBatchMax + 1)), "points", "1 to 65536", "65537");
    }

    [Fact]
    public void Bytes_per_batch_are_limited_on_both_sides_as_the_codec_counts_them()
    {
        // Eight points of 4 MiB each; the last payload is cut so that the batch fits exactly, then it is one byte too long.
        var full = Payload.Parse($"{{\"a\":\"{new string('x', ModelLimits.PayloadBytesMax - 8)}\"}}");
        var points = Repeat(new Point(PointId.FromNumber(1), new float[3], full), 8);
        var excess = (int)(OperationCodec.Size([new UpsertPoints(points)]) - ModelLimits.BatchBytesMax);
        points[7] = Shortened(excess);
        RequestRules.CheckUpsert(Schema, points);
        Assert.Equal(ModelLimits.BatchBytesMax, OperationCodec.Encode([new UpsertPoints(points)]).Length);
        points[7] = Shortened(excess - 1);
        Refused(
            () => RequestRules.CheckUpsert(Schema, points),
            "points",
            $"a batch of at most {ModelLimits.BatchBytesMax} bytes",
            $"{ModelLimits.BatchBytesMax + 1} bytes in 8 points");

        static Point Shortened(int by) => new(
            PointId.FromNumber(1), new float[3], Payload.Parse($"{{\"a\":\"{new string('x', ModelLimits.PayloadBytesMax - 8 - by)}\"}}"));
    }

    [Fact]
    public void A_conditional_upsert_is_checked_as_an_upsert_and_with_its_condition()
    {
        var one = Point(1, 1, 2, 3);
        RequestRules.CheckConditionalUpsert(Schema, [one, one], new IfVersion([0, 7]));
        Refused(() => RequestRules.CheckConditionalUpsert(Schema, [Point(2, 1, 2)], new IfAbsent()), "points[0].vector", "3 components", "2");
        Refused(() => RequestRules.CheckConditionalUpsert(Schema, [null!], new IfAbsent()), "points[0]", "a point", "null");
        Refused(() => RequestRules.CheckConditionalUpsert(Schema, [one], new IfVersion([0, 7])), "versions", "1, one for each point", "2");
        var large = new IfMatches(Filter.AllOf(Filter.Field("a").IsAnyOf(Repeat(new string('x', ModelLimits.FilterTextLengthMax), 2_048))));
        var bytes = OperationCodec.Size([new ConditionalUpsert([one], large)]);
        Refused(() => RequestRules.CheckConditionalUpsert(Schema, [one], large), "operation", "at most 33554432 bytes", $"{bytes} bytes");
    }

    [Fact]
    public void Bytes_of_an_operation_are_limited_on_both_sides_as_the_codec_counts_them()
    {
        // As many texts of the greatest length as fit, and one that fills the operation to the last byte.
        string[] texts = [.. Repeat(new string('x', ModelLimits.FilterTextLengthMax), 2_047), ""];
        texts[^1] = new string('x', (int)(ModelLimits.BatchBytesMax - OperationCodec.Size([Delete()])));
        RequestRules.CheckOperation(Delete());
        Assert.Equal(ModelLimits.BatchBytesMax, OperationCodec.Encode([Delete()]).Length);
        texts[^1] += "x";
        Refused(() => RequestRules.CheckOperation(Delete()), "operation", "at most 33554432 bytes", "33554433 bytes");
        RequestRules.CheckOperation(new PinIndex(PinName.Parse("n")));
        RequestRules.CheckOperation(new SetPayload(new PointsById([default]), Payload.Empty));

        DeleteMatching Delete() => new(Filter.AllOf(Filter.Field("a").IsAnyOf(texts)));
    }

    [Fact]
    public void A_point_that_is_null_is_refused() =>
        Refused(() => RequestRules.CheckUpsert(Schema, [new Point(PointId.FromNumber(1), new float[3]), null!]), "points[1]", "a point", "null");

    [Fact]
    public void Ids_per_request_are_limited_on_both_sides()
    {
        RequestRules.CheckIds(Repeat(PointId.FromNumber(1), ModelLimits.IdsPerRequestMax));
        Refused(() => RequestRules.CheckIds([]), "ids", "1 to 65536", "an empty list");
        Refused(() => RequestRules.CheckIds(Repeat(PointId.FromNumber(1), ModelLimits.IdsPerRequestMax + 1)), "ids", "1 to 65536", "65537");
    }

    [Fact]
    public void A_scroll_limit_is_limited_on_both_sides()
    {
        RequestRules.CheckScroll(new ScrollRequest { Limit = 1 });
        RequestRules.CheckScroll(new ScrollRequest { Limit = ModelLimits.ScrollLimitMax });
        Refused(() => RequestRules.CheckScroll(new ScrollRequest { Limit = 0 }), "limit", "1 to 65536", "0");
        Refused(() => RequestRules.CheckScroll(new ScrollRequest { Limit = ModelLimits.ScrollLimitMax + 1 }), "limit", "1 to 65536", "65537");
        Refused(() => RequestRules.CheckScroll(new ScrollRequest { Fields = (PointFields)4 }), "fields", "None, Payload, Vector or All", "4");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(65_536, 0)]
    [InlineData(1, 65_535)]
    public void Search_windows_up_to_the_limit_pass(int limit, int offset) =>
        RequestRules.CheckSearch(Schema, Query() with { Limit = limit, Offset = offset, ScoreThreshold = float.NegativeInfinity });

    [Theory]
    [InlineData(0, 0, "limit", "1 to 65536", "0")]
    [InlineData(65_537, 0, "limit", "1 to 65536", "65537")]
    [InlineData(1, -1, "offset", "0 to 65535", "-1")]
    [InlineData(1, int.MaxValue, "offset", "0 to 65535", "2147483647")]
    [InlineData(2, 65_535, "offset plus limit", "at most 65536", "65537")]
    public void Search_windows_beyond_the_limit_are_refused(int limit, int offset, string subject, string expected, string found) =>
        Refused(() => RequestRules.CheckSearch(Schema, Query() with { Limit = limit, Offset = offset }), subject, expected, found);

    [Fact]
    public void A_threshold_that_is_no_number_and_unknown_fields_are_refused()
    {
        Refused(() => RequestRules.CheckSearch(Schema, Query() with { ScoreThreshold = float.NaN }), "score threshold", "a number", "NaN");
        Refused(() => RequestRules.CheckSearch(Schema, Query() with { Fields = (PointFields)8 }), "fields", "None, Payload, Vector or All", "8");
    }

    [Fact]
    public void Search_parameters_have_bounds()
    {
        RequestRules.CheckSearch(Schema, Query() with { Parameters = new SearchParameters { HnswEf = 1, Quantization = new QuantizationParameters { Oversampling = 1 } } });
        RequestRules.CheckSearch(Schema, Query() with { Parameters = new SearchParameters { HnswEf = 65_536, Exact = true, Quantization = new QuantizationParameters { Oversampling = 100, Rescore = true } } });
        Refused(() => RequestRules.CheckSearch(Schema, Query() with { Parameters = null! }), "parameters", "parameters", "null");
        Refused(() => RequestRules.CheckSearch(Schema, Query() with { Parameters = new SearchParameters { HnswEf = 0 } }), "hnsw ef", "1 to 65536", "0");
        foreach (var (factor, found) in new[] { (0.99, "0.99"), (100.5, "100.5"), (double.NaN, "NaN") })
        {
            Refused(
                () => RequestRules.CheckSearch(Schema, Query() with { Parameters = new SearchParameters { Quantization = new QuantizationParameters { Oversampling = factor } } }),
                "oversampling",
                "1 to 100",
                found);
        }
    }

    [Fact]
    public void A_search_batch_is_limited_in_queries_and_in_its_summed_window()
    {
        RequestRules.CheckSearchBatch(Schema, Repeat(Query(), ModelLimits.QueriesPerBatchMax));
        RequestRules.CheckSearchBatch(Schema, Repeat(Query() with { Limit = 65_536 }, 16));
        Refused(() => RequestRules.CheckSearchBatch(Schema, []), "queries", "1 to 1024", "an empty list");
        Refused(() => RequestRules.CheckSearchBatch(Schema, Repeat(Query(), 1_025)), "queries", "1 to 1024", "1025");
        Refused(
            () => RequestRules.CheckSearchBatch(Schema, [.. Repeat(Query() with { Limit = 65_536 }, 16), Query() with { Limit = 1 }]),
            "queries",
            "offsets and limits that sum to at most 1048576",
            "1048577");
    }

    [Fact]
    public void One_bad_query_refuses_the_batch() =>
        Refused(() => RequestRules.CheckSearchBatch(Schema, [Query(), Query() with { Limit = 0 }]), "limit", "1 to 65536", "0");

    [Fact]
    public void An_order_has_a_direction_a_start_that_is_a_number_and_no_offset()
    {
        var order = new OrderBy(PayloadPath.Parse("n"));
        RequestRules.CheckScroll(new ScrollRequest { OrderBy = order with { Direction = OrderDirection.Descending, StartFrom = new OrderFloat(double.NegativeInfinity) } });
        Refused(
            () => RequestRules.CheckScroll(new ScrollRequest { OrderBy = order, Offset = PointId.FromNumber(3) }), "offset", "none with an order: start from a value instead", "3");
        Refused(() => RequestRules.CheckScroll(new ScrollRequest { OrderBy = order with { Direction = (OrderDirection)2 } }), "direction", "ascending or descending", "2");
        Refused(() => RequestRules.CheckScroll(new ScrollRequest { OrderBy = order with { StartFrom = new OrderFloat(double.NaN) } }), "start from", "a number", "NaN");
        Refused(() => RequestRules.CheckScroll(new ScrollRequest { OrderBy = order, Limit = 0 }), "limit", "1 to 65536", "0");
        Assert.Throws<ArgumentNullException>(() => RequestRules.CheckScroll(new ScrollRequest { OrderBy = new OrderBy(null!) }));
    }

    [Fact]
    public void A_facet_has_a_path_and_a_limited_number_of_values()
    {
        var request = new FacetRequest { Path = PayloadPath.Parse("k"), Limit = ModelLimits.FacetLimitMax };
        RequestRules.CheckFacets(request);
        Refused(() => RequestRules.CheckFacets(request with { Limit = 65_537 }), "limit", "1 to 65536", "65537");
        Refused(() => RequestRules.CheckFacets(request with { Limit = 0 }), "limit", "1 to 65536", "0");
        Assert.Throws<ArgumentNullException>(() => RequestRules.CheckFacets(request with { Path = null! }));
    }

    [Fact]
    public void The_index_of_an_order_is_the_first_kind_that_its_start_can_be_compared_with()
    {
        var order = new OrderBy(PayloadPath.Parse("a.b"));
        PayloadIndex[] indexes =
        [
            Index("a.b", PayloadIndexKind.Keyword), Index("a.b", PayloadIndexKind.Datetime), Index("a.b", PayloadIndexKind.Float), Index("a", PayloadIndexKind.Integer),
        ];
        Assert.Equal(indexes[2], RequestRules.OrderIndexOf(indexes, order));
        Assert.Equal(indexes[2], RequestRules.OrderIndexOf(indexes, order with { StartFrom = new OrderInteger(1) }));
        Assert.Equal(indexes[1], RequestRules.OrderIndexOf(indexes, order with { StartFrom = new OrderInstant(default) }));
        Assert.Equal(indexes[1], RequestRules.OrderIndexOf(indexes[..2], order));
        Refused(
            () => RequestRules.OrderIndexOf(indexes[..2], order with { StartFrom = new OrderFloat(1) }),
            "order by, from a number",
            "a payload index of kind Integer or Float on 'a.b'",
            "Keyword or Datetime");
        Refused(() => RequestRules.OrderIndexOf(indexes[3..], order), "order by", "a payload index of kind Integer or Float or Datetime on 'a.b'", "none");
    }

    [Fact]
    public void The_index_of_a_facet_is_the_first_kind_whose_values_can_be_counted()
    {
        var request = new FacetRequest { Path = PayloadPath.Parse("k") };
        PayloadIndex[] indexes = [Index("k", PayloadIndexKind.Text), Index("k", PayloadIndexKind.Uuid), Index("k", PayloadIndexKind.Bool), Index("k", PayloadIndexKind.Keyword)];
        Assert.Equal(indexes[3], RequestRules.FacetIndexOf(indexes, request));
        Assert.Equal(indexes[1], RequestRules.FacetIndexOf(indexes[..2], request));
        Refused(() => RequestRules.FacetIndexOf(indexes[..1], request), "facet", "a payload index of kind Keyword or Integer or Bool or Uuid on 'k'", "Text");
    }

    private static PayloadIndex Index(string path, PayloadIndexKind kind) => new(PayloadPath.Parse(path), kind);

    private static void Refused(Action check, string subject, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(check);
        Assert.Equal((subject, expected, found), (error.Subject, error.Expected, error.Found));
        Assert.Equal($"{subject}: expected {expected}, found {found}.", error.Message);
    }

    private static NamedVector Tokens(int dimension, int count) => new("tokens", new MultiVector(new float[dimension * count], dimension));

    private static SparseVector Sparse(float value) => new(new[] { 7u }, new[] { value });

    private static Point Of(params NamedVector[] vectors) => new(PointId.FromNumber(1), new NamedVectors(vectors));

    private static Point Point(ulong id, params float[] vector) => new(PointId.FromNumber(id), vector);

    private static SearchRequest Query(params float[] vector) => new() { Vector = vector.Length == 0 ? new float[3] : vector };

    private static T[] Repeat<T>(T item, int count)
    {
        var items = new T[count];
        Array.Fill(items, item);
        return items;
    }
}
