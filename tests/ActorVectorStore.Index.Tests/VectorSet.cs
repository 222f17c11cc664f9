using ActorVectorStore.Testing;

namespace ActorVectorStore.Index.Tests;

/// <summary>Seeded vectors in memory, and what is close to what, found by comparing all in double precision.</summary>
internal sealed class VectorSet(float[] components, int dimension) : IVectorRows
{
    public int Count => components.Length / dimension;

    public int Dimension => dimension;

    public ReadOnlySpan<float> this[int row] => components.AsSpan(row * dimension, dimension);

    public void Read(int row, Span<float> target) => this[row].CopyTo(target);

    /// <summary>Vectors around so many centres.</summary>
    public static VectorSet Clustered(SeededRandom random, int count, int dimension, int clusters, float spread = 0.3f)
    {
        var centres = Uniform(random, clusters, dimension);
        var components = new float[count * dimension];
        for (var row = 0; row < count; row++)
        {
            var centre = centres[random.Next(clusters)];
            for (var i = 0; i < dimension; i++)
                components[(row * dimension) + i] = centre[i] + (spread * Normal(random));
        }

        return new VectorSet(components, dimension);
    }

    /// <summary>Vectors whose components are normally distributed.</summary>
    public static VectorSet Uniform(SeededRandom random, int count, int dimension)
    {
        var components = new float[count * dimension];
        foreach (ref var component in components.AsSpan())
            component = Normal(random);
        return new VectorSet(components, dimension);
    }

    /// <summary>Vectors whose components a function gives.</summary>
    public static VectorSet Of(int count, int dimension, Func<int, int, float> component)
    {
        var components = new float[count * dimension];
        for (var row = 0; row < count; row++)
        {
            for (var i = 0; i < dimension; i++)
                components[(row * dimension) + i] = component(row, i);
        }

        return new VectorSet(components, dimension);
    }

    /// <summary>Some of the vectors.</summary>
    public VectorSet Select(IEnumerable<int> rows) => new([.. rows.SelectMany(row => this[row].ToArray())], dimension);

    /// <summary>The cost of a vector against a query, lower is closer.</summary>
    public double Cost(Metric metric, ReadOnlySpan<float> query, int row)
    {
        var vector = this[row];
        var (dot, length, squares, magnitudes) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < dimension; i++)
        {
            var difference = (double)query[i] - vector[i];
            dot += (double)query[i] * vector[i];
            length += (double)vector[i] * vector[i];
            squares += difference * difference;
            magnitudes += Math.Abs(difference);
        }

        return metric switch
        {
            Metric.Cosine => length == 0 ? 0 : -dot / Math.Sqrt(length),
            Metric.Dot => -dot,
            Metric.Euclid => squares,
            _ => magnitudes,
        };
    }

    /// <summary>The closest of those that may be found, closest first.</summary>
    public int[] Closest(Metric metric, float[] query, int count, Func<int, bool>? mayBeFound = null) =>
    [
        .. Enumerable.Range(0, Count).Where(mayBeFound ?? (_ => true)).Select(row => (Cost: Cost(metric, query, row), row)).Order().Take(count).Select(hit => hit.row),
    ];

    /// <summary>The part of the closest that an index finds, after its candidates were ordered by their vectors. Ties count as found.</summary>
    public double RecallOf(GraphIndex index, Metric metric, IEnumerable<float[]> queries, int ef, int wanted = 10, Func<int, bool>? mayBeFound = null)
    {
        var (hits, all) = (0, 0);
        foreach (var query in queries)
        {
            var truth = Closest(metric, query, wanted, mayBeFound);
            if (truth.Length == 0)
                continue;
            var worst = Cost(metric, query, truth[^1]);
            var found = Find(index, query, ef, mayBeFound);
            Assert.True(found.Length >= truth.Length, $"{found.Length} found, {truth.Length} exist");
            Assert.Equal(found.Length, found.Distinct().Count());
            Assert.All(found, row => Assert.True(mayBeFound is null || mayBeFound(row)));
            hits += found.Count(row => Cost(metric, query, row) <= worst) is var count ? Math.Min(count, truth.Length) : 0;
            all += truth.Length;
        }

        return all == 0 ? 1 : (double)hits / all;
    }

    /// <summary>What an index finds: as many as it keeps.</summary>
    public int[] Find(GraphIndex index, float[] query, int ef, Func<int, bool>? mayBeFound = null)
    {
        var found = new int[2 * ef];
        if (mayBeFound is null)
            return found[..index.Search(query, ef, default, ef, found, out _)];
        var words = new ulong[(Count + 63) / 64];
        var passing = 0;
        for (var row = 0; row < Count; row++)
        {
            if (!mayBeFound(row))
                continue;
            words[row / 64] |= 1UL << (row % 64);
            passing++;
        }

        return found[..index.Search(query, ef, new PassingVectors(words, passing), ef, found, out _)];
    }

    private static float Normal(SeededRandom random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
