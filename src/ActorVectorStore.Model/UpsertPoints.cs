using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>Inserts points or replaces those whose ids exist. Where an id occurs twice, the last occurrence wins.</summary>
public sealed class UpsertPoints : ShardOperation
{
    /// <summary>Keeps the points; the list and the vectors must not change afterwards.</summary>
    /// <param name="points">1 to <see cref="ModelLimits.PointsPerBatchMax"/>.</param>
    /// <exception cref="InvalidRequestException">There is no point, there are too many, or a vector is too long.</exception>
    public UpsertPoints(IReadOnlyList<Point> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        RequestRules.RequireCount("points", points.Count, ModelLimits.PointsPerBatchMax);
        Points = points;
        Dimension = points[0].Vector.Length;
        var (simpleBytes, bytes) = ((long)OperationFormat.UpsertHeaderBytes, (long)OperationFormat.CountBytes);
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            if (point.Vector.Length > ModelLimits.DimensionMax)
                throw TooLong(i, point.Vector.Length);
            if (point.Vector.Length != Dimension || point.Named.Count > 0)
                Dimension = 0;
            simpleBytes += OperationFormat.SimplePointBytes(point);
            bytes += OperationFormat.PointBytes(point);
        }

        BodyBytes = IsSimple ? simpleBytes : bytes;
    }

    /// <summary>The points, in the order of application.</summary>
    public IReadOnlyList<Point> Points { get; }

    /// <summary>Components of the vector without name that each of the points has, and no other; 0 if that is not so.</summary>
    public int Dimension { get; }

    /// <summary>Whether the points are written in the form that only has vectors without name, of one dimension.</summary>
    internal bool IsSimple => Dimension > 0;

    internal override byte Kind => IsSimple ? OperationFormat.KindUpsertPoints : OperationFormat.KindUpsertNamed;

    internal override long BodyBytes { get; }

    private static InvalidRequestException TooLong(int position, int found) => new(
        string.Create(CultureInfo.InvariantCulture, $"points[{position}].vector"),
        $"at most {ModelLimits.DimensionMax} components",
        found.ToString(CultureInfo.InvariantCulture));
}
