using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>What a collection is, fixed when it is created. An instance is always valid.</summary>
public sealed record CollectionSchema
{
    /// <summary>A collection whose points have one vector, which has no name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimension">Components of each vector, 1 to <see cref="ModelLimits.DimensionMax"/>.</param>
    /// <param name="distance">How vectors are compared.</param>
    /// <param name="shardCount">Partitions over which the points are spread, 1 to <see cref="ModelLimits.ShardCountMax"/>.</param>
    /// <exception cref="InvalidRequestException">A value is outside its bounds.</exception>
    public CollectionSchema(CollectionName name, int dimension, Distance distance, int shardCount = 1)
        : this(name, [VectorSchema.Dense("", dimension, distance)], shardCount)
    {
    }

    /// <summary>A collection whose points have vectors by name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="vectors">1 to <see cref="ModelLimits.VectorsMax"/>, each name once; copied. If there is only the one without name, every point has it.</param>
    /// <param name="shardCount">Partitions over which the points are spread, 1 to <see cref="ModelLimits.ShardCountMax"/>.</param>
    /// <exception cref="InvalidRequestException">A value is outside its bounds.</exception>
    public CollectionSchema(CollectionName name, IReadOnlyList<VectorSchema> vectors, int shardCount = 1)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(vectors);
        RequestRules.RequireCount("vectors", vectors.Count, ModelLimits.VectorsMax);
        Vectors = ValueList<VectorSchema>.Copy("vectors", vectors, ModelLimits.VectorsMax);
        if (Vectors.GroupBy(vector => vector.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidRequestException("vectors", "each name once", $"{Quotation.Of(twice.Key)} twice");
        if (shardCount is < 1 or > ModelLimits.ShardCountMax)
            throw new InvalidRequestException("shard count", $"1 to {ModelLimits.ShardCountMax}", shardCount.ToString(CultureInfo.InvariantCulture));
        Name = name;
        ShardCount = shardCount;
    }

    /// <summary>Name of the collection.</summary>
    public CollectionName Name { get; }

    /// <summary>The vectors that points have or may have.</summary>
    public IReadOnlyList<VectorSchema> Vectors { get; }

    /// <summary>Whether the vector without name is the only one: then every point has it.</summary>
    public bool IsSimple => Vectors is [{ Name: "" }];

    /// <summary>Components of the vector without name; 0 if there is none.</summary>
    public int Dimension => Find("")?.Dimension ?? 0;

    /// <summary>Partitions over which the points are spread; see <see cref="ShardRouting"/>.</summary>
    public int ShardCount { get; }

    /// <summary>The vector of a name, or null.</summary>
    public VectorSchema? Find(string name) => IndexOf(name) is var index and >= 0 ? Vectors[index] : null;

    /// <summary>Place of a vector among <see cref="Vectors"/>; -1 if there is none of this name.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Vectors.Count; i++)
        {
            if (Vectors[i].Name == name)
                return i;
        }

        return -1;
    }
}
