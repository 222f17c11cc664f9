using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>The bytes of a collection's vectors.</summary>
public sealed class VectorSchemaFormatTests
{
    private static readonly Gen<VectorIndexOptions> Index = Gen.Frequency(
        (1, Gen.Const(VectorIndexOptions.Default)),
        (1, Gen.Select(Gen.Int[VectorIndexOptions.MMin, VectorIndexOptions.MMax], Gen.Int[4, VectorIndexOptions.EfConstructMax], Gen.Int[1, ModelLimits.HnswEfMax], Gen.Int[0, VectorIndexOptions.FullScanThresholdMax], Gen.Enum<VectorQuantization>(), Gen.Bool)
            .Select((m, efConstruct, hnswEf, threshold, quantization, isOnDisk) => new VectorIndexOptions
            {
                M = m,
                EfConstruct = efConstruct,
                HnswEf = hnswEf,
                FullScanThreshold = threshold,
                Quantization = quantization,
                VectorsOnDisk = isOnDisk,
            })));

    private static readonly Gen<VectorSchema> Vector = Gen.Select(
        Gen.OneOf("a", "image", "\u6f22", new string('x', ModelLimits.VectorNameBytesMax)),
        Gen.Int[0, 2],
        Gen.Int[1, ModelLimits.DimensionMax],
        Gen.Enum<Distance>(),
        Gen.Enum<ElementType>(),
        Index,
        (name, kind, dimension, distance, elements, index) => kind switch
        {
            0 => VectorSchema.Dense(name, dimension, distance, elements) with { Index = index },
            1 => VectorSchema.Multi(name, dimension, distance, elements),
            _ => VectorSchema.Sparse(name),
        });

    private static readonly Gen<VectorSchema[]> Vectors = Vector.Array[1, 5];

    [Fact]
    public void Any_list_comes_back_equal_and_says_how_long_it_is() => Vectors.Sample(vectors =>
    {
        var bytes = VectorSchemaFormat.Write(vectors);
        Assert.Equal(vectors, VectorSchemaFormat.Read([.. bytes, 7, 7], out var read));
        Assert.Equal(bytes.Length, read);
    });

    [Fact]
    public void Version_1_is_written_as_recorded()
    {
        VectorSchema[] vectors =
        [
            VectorSchema.Dense("", 768, Distance.Cosine),
            VectorSchema.Sparse("words"),
            VectorSchema.Multi("\u00e9", 65_536, Distance.Manhattan, ElementType.BFloat16),
        ];
        Assert.Equal("01030101010000030000020102050000000" + "0776F7264730303040200000100C3A9", Convert.ToHexString(VectorSchemaFormat.Write(vectors)));
        Assert.Equal(vectors, VectorSchemaFormat.Read(VectorSchemaFormat.Write(vectors), out _));
    }

    [Fact]
    public void Version_2_is_written_as_recorded_where_an_index_has_options()
    {
        VectorSchema[] vectors =
        [
            VectorSchema.Dense("", 768, Distance.Cosine) with { Index = new VectorIndexOptions { M = 32, EfConstruct = 100, HnswEf = 64, FullScanThreshold = 1, Quantization = VectorQuantization.Scalar4 } },
            VectorSchema.Sparse("words"),
        ];
        const string Recorded = "020201010100000300000120000000640000004000000001000000020201020500000000776F72647300";
        Assert.Equal(Recorded, Convert.ToHexString(VectorSchemaFormat.Write(vectors)));
        Assert.Equal(vectors, VectorSchemaFormat.Read(VectorSchemaFormat.Write(vectors), out _));
        Assert.Equal([VectorSchema.Dense("", 768, Distance.Cosine), VectorSchema.Sparse("words")], VectorSchemaFormat.WithoutIndexes(vectors));
        vectors[0] = vectors[0] with { Index = new VectorIndexOptions { VectorsOnDisk = true } };
        Assert.Equal(
            "0202010101000003000001" + "10000000" + "C8000000" + "80000000" + "00100000" + "81" + "0201020500000000776F72647300",
            Convert.ToHexString(VectorSchemaFormat.Write(vectors)));
    }

    [Fact]
    public void Only_dense_vectors_have_options_of_an_index() => Assert.Throws<InvalidRequestException>(
        () => VectorSchema.Sparse("words") with { Index = new VectorIndexOptions { M = 8 } });

    [Fact]
    public void Changed_or_cut_bytes_are_another_list_or_are_refused_and_there_is_one_encoding_of_each() =>
        Gen.Select(Vectors, Gen.Int[0, 60], Gen.Byte, Gen.Bool).Sample(
            (vectors, at, value, isCut) =>
            {
                var bytes = VectorSchemaFormat.Write(vectors);
                if (isCut)
                    bytes = bytes[..(at % bytes.Length)];
                else
                    bytes[at % bytes.Length] = value;
                try
                {
                    var other = VectorSchemaFormat.Read(bytes, out var read);
                    Assert.Equal(bytes[..read], VectorSchemaFormat.Write(other));
                }
                catch (Exception e) when (e is MalformedOperationException or UnsupportedOperationException)
                {
                    Assert.NotEmpty(e.Message);
                }
            },
            iter: 5_000);
}
