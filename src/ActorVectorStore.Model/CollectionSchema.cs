using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>What a collection is, fixed when it is created. An instance is always valid.</summary>
public sealed record CollectionSchema
{
    /// <summary>Checks and keeps the description of a collection.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimension">Components of each vector, 1 to <see cref="ModelLimits.DimensionMax"/>.</param>
    /// <param name="distance">How vectors are compared.</param>
    /// <param name="shardCount">Partitions over which the points are spread, 1 to <see cref="ModelLimits.ShardCountMax"/>.</param>
    /// <exception cref="InvalidRequestException">A value is outside its bounds.</exception>
    public CollectionSchema(CollectionName name, int dimension, Distance distance, int shardCount = 1)
    {
        ArgumentNullException.ThrowIfNull(name);
        RequireRange("dimension", dimension, ModelLimits.DimensionMax);
        RequireRange("shard count", shardCount, ModelLimits.ShardCountMax);
        if (distance is not (Distance.Cosine or Distance.Dot or Distance.Euclid or Distance.Manhattan))
            throw DistanceOrder.Unknown(distance);
        Name = name;
        Dimension = dimension;
        Distance = distance;
        ShardCount = shardCount;
    }

    /// <summary>Name of the collection.</summary>
    public CollectionName Name { get; }

    /// <summary>Components of each vector.</summary>
    public int Dimension { get; }

    /// <summary>How vectors are compared.</summary>
    public Distance Distance { get; }

    /// <summary>Partitions over which the points are spread; see <see cref="ShardRouting"/>.</summary>
    public int ShardCount { get; }

    private static void RequireRange(string subject, int value, int maximum)
    {
        if (value < 1 || value > maximum)
            throw new InvalidRequestException(subject, $"1 to {maximum}", value.ToString(CultureInfo.InvariantCulture));
    }
}
