using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Places from one meridian eastwards to another, which is not west of it, and between two parallels, all included.</summary>
internal readonly record struct GeoExtent(double West, double East, double South, double North)
{
    // Far beyond what rounding moves in the arithmetic of areas; about ten centimetres.
    private const double SpareDegrees = 1e-6;

    /// <summary>One or two extents that have all places of an area.</summary>
    public static IReadOnlyList<GeoExtent> Around(GeoArea area) => area switch
    {
        GeoBox box => Around(box.TopLeft.Longitude, box.BottomRight.Longitude, box.BottomRight.Latitude, box.TopLeft.Latitude),
        GeoCircle circle => Around(circle),
        GeoPolygon polygon => [Around(polygon.Exterior.Points)],
        _ => [new GeoExtent(-180, 180, -90, 90)],
    };

    private static IReadOnlyList<GeoExtent> Around(double west, double east, double south, double north) => west <= east
        ? [new GeoExtent(west, east, south, north)]
        : [new GeoExtent(-180, east, south, north), new GeoExtent(west, 180, south, north)];

    private static GeoExtent Around(IReadOnlyList<GeoPoint> points) => new(
        points.Min(point => point.Longitude) - SpareDegrees,
        points.Max(point => point.Longitude) + SpareDegrees,
        points.Min(point => point.Latitude) - SpareDegrees,
        points.Max(point => point.Latitude) + SpareDegrees);

    // The meridians that touch a circle: Matuschek, Finding points within a distance of a latitude/longitude, 2010, equation 6.
    private static IReadOnlyList<GeoExtent> Around(GeoCircle circle)
    {
        var angle = circle.RadiusMeters / GeoCircle.EarthRadiusMeters;
        var degrees = double.RadiansToDegrees(angle) + SpareDegrees;
        var (south, north) = (circle.Center.Latitude - degrees, circle.Center.Latitude + degrees);
        // With a pole inside it reaches every meridian; rounding is greatest where it nearly does.
        if (south <= -90 + SpareDegrees || north >= 90 - SpareDegrees)
            return [new GeoExtent(-180, 180, south, north)];
        var sine = Math.Sin(double.DegreesToRadians(degrees)) / Math.Cos(double.DegreesToRadians(circle.Center.Latitude));
        var width = double.RadiansToDegrees(Math.Asin(Math.Min(1, sine))) + SpareDegrees;
        return Around(Turned(circle.Center.Longitude - width), Turned(circle.Center.Longitude + width), south, north);
    }

    private static double Turned(double longitude) => longitude switch
    {
        < -180 => longitude + 360,
        > 180 => longitude - 360,
        _ => longitude,
    };
}
