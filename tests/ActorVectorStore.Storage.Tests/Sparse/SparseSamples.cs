using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Seeded sparse vectors like those of texts: few dimensions are in most of them, most are in few; weights of either sign.</summary>
internal static class SparseSamples
{
    public const string Name = "words";

    public static CollectionSchema Schema { get; } = new(CollectionName.Parse("test"), [VectorSchema.Sparse(Name)]);

    /// <summary>A vector.</summary>
    /// <param name="random">The seed.</param>
    /// <param name="entriesMax">Entries, at most.</param>
    /// <param name="dimensions">Dimensions, from 0.</param>
    /// <param name="negative">The share of weights below zero.</param>
    public static SparseVector Vector(SeededRandom random, int entriesMax, int dimensions, double negative)
    {
        var entries = new SortedDictionary<uint, float>();
        for (var i = random.Next(entriesMax + 1); i > 0; i--)
        {
            var dimension = (uint)(dimensions * Math.Pow(random.NextDouble(), 3));
            entries[dimension] = (float)(random.NextDouble() * (random.Chance(negative) ? -1 : 1));
        }

        return new SparseVector(entries.Keys.ToArray(), entries.Values.ToArray());
    }

    public static Point Point(ulong id, SparseVector? vector, string payload = "{}") =>
        new(PointId.FromNumber(id), vector is null ? NamedVectors.Empty : new NamedVectors([new(Name, vector)]), Payload.Parse(payload));

    public static RowQuery Nearest(SparseVector vector, int limit) => new() { Query = new NearestQuery(VectorInput.Of(vector)), Using = Name, Limit = limit };
}
