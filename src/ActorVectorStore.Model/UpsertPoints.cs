using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>Inserts points or replaces those whose ids exist. Where an id occurs twice, the last occurrence wins.</summary>
public sealed class UpsertPoints : ShardOperation
{
    /// <summary>Keeps the points; the list and the vectors must not change afterwards.</summary>
    /// <param name="points">At least one; all of one dimension, at least 1.</param>
    /// <exception cref="InvalidRequestException">There is no point, or dimensions differ.</exception>
    public UpsertPoints(IReadOnlyList<Point> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        RequestRules.RequireCount("points", points.Count, ModelLimits.PointsPerBatchMax);
        Points = points;
        Dimension = points[0].Vector.Length;
        BodyBytes = OperationFormat.UpsertHeaderBytes;
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Vector.Length != Dimension || Dimension is < 1 or > ModelLimits.DimensionMax)
                throw Mismatch(i, points[i].Vector.Length);
            BodyBytes += OperationFormat.PointBytes(points[i]);
        }
    }

    /// <summary>The points, in the order of application.</summary>
    public IReadOnlyList<Point> Points { get; }

    /// <summary>Components of each vector.</summary>
    public int Dimension { get; }

    internal override byte Kind => OperationFormat.KindUpsertPoints;

    internal override long BodyBytes { get; }

    private InvalidRequestException Mismatch(int position, int found) => new(
        string.Create(CultureInfo.InvariantCulture, $"points[{position}].vector"),
        Dimension is >= 1 and <= ModelLimits.DimensionMax ? $"{Dimension} components, as the first" : $"1 to {ModelLimits.DimensionMax} components",
        string.Create(CultureInfo.InvariantCulture, $"{found}"));
}
