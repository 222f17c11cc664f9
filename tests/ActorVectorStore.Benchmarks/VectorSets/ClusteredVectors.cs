using System.Numerics.Tensors;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>
/// A mixture of 1,000 clusters in 32 latent dimensions, mapped linearly to 128, plus noise in all of them: what embeddings are like, whose intrinsic dimension is far below their own.
/// Row i is the same whatever the number of rows; the same on every machine up to the last bits of sums.
/// </summary>
internal static class ClusteredVectors
{
    private const int Dimension = 128;
    private const int Latent = 32;
    private const int Clusters = 1_000;
    private const float Spread = 0.6f;
    private const float Noise = 0.1f;
    private const ulong MapSeed = 1_001;
    private const ulong CentreSeed = 1_002;
    private const ulong RowSeed = 1_003;

    public static VectorTable Generate(int count)
    {
        var map = Enumerable.Range(0, Dimension).Select(component => Normal(new SeededRandom(SeededRandom.Mix(MapSeed, (ulong)component)), Latent)).ToArray();
        var centres = Enumerable.Range(0, Clusters).Select(cluster => Normal(new SeededRandom(SeededRandom.Mix(CentreSeed, (ulong)cluster)), Latent)).ToArray();
        var values = GC.AllocateUninitializedArray<float>(count * Dimension);
        Parallel.For(0, count, row => Generate(row, map, centres).CopyTo(values.AsSpan(row * Dimension)));
        return new VectorTable(values, Dimension);
    }

    private static float[] Generate(int row, float[][] map, float[][] centres)
    {
        var random = new SeededRandom(SeededRandom.Mix(RowSeed, (ulong)row));
        var centre = centres[random.Next(Clusters)];
        var latent = Normal(random, Latent);
        for (var i = 0; i < Latent; i++)
        {
            latent[i] = centre[i] + (Spread * latent[i]);
        }

        var vector = Normal(random, Dimension);
        for (var i = 0; i < Dimension; i++)
        {
            vector[i] = (Noise * vector[i]) + (TensorPrimitives.Dot(latent, map[i]) / MathF.Sqrt(Latent));
        }

        return vector;
    }

    // The sum of four uniform numbers is near enough to a normal one, and needs neither logarithm nor cosine.
    private static float[] Normal(SeededRandom random, int dimension)
    {
        const float Scale = 1.7320508f / 65_536;
        var vector = GC.AllocateUninitializedArray<float>(dimension);
        for (var i = 0; i < dimension; i++)
        {
            var chance = random.NextUInt64();
            var sum = (int)(chance & 0xFFFF) + (int)((chance >> 16) & 0xFFFF) + (int)((chance >> 32) & 0xFFFF) + (int)(chance >> 48);
            vector[i] = (sum - 131_070) * Scale;
        }

        return vector;
    }
}
