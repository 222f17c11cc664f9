using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Areas by other means than the code's: shifted longitudes, angles between vectors, a way out to the north.</summary>
internal static class NaiveGeography
{
    public static bool Contains(GeoArea area, double longitude, double latitude) => area switch
    {
        GeoBox box => IsBetween(box.TopLeft.Longitude, box.BottomRight.Longitude, longitude)
            && latitude < box.TopLeft.Latitude && latitude > box.BottomRight.Latitude,
        GeoCircle circle => Distance(circle.Center, longitude, latitude) < circle.RadiusMeters,
        GeoPolygon polygon => IsInside(polygon.Exterior, longitude, latitude) == true
            && polygon.Holes.All(hole => IsInside(hole, longitude, latitude) == false),
        _ => throw new NotSupportedException(),
    };

    // The whole turn that a box over the 180th meridian makes less of.
    private static bool IsBetween(double west, double east, double longitude)
    {
        if (west <= east)
            return west < longitude && longitude < east;
        return (west < longitude && longitude < east + 360) || (west < longitude + 360 && longitude + 360 < east + 360);
    }

    private static double Distance(GeoPoint center, double longitude, double latitude)
    {
        var (one, other) = (Vector(center.Longitude, center.Latitude), Vector(longitude, latitude));
        var cross = Math.Sqrt(
            Math.Pow((one.Y * other.Z) - (one.Z * other.Y), 2) + Math.Pow((one.Z * other.X) - (one.X * other.Z), 2)
            + Math.Pow((one.X * other.Y) - (one.Y * other.X), 2));
        return 6_371_008.8 * Math.Atan2(cross, (one.X * other.X) + (one.Y * other.Y) + (one.Z * other.Z));
    }

    private static (double X, double Y, double Z) Vector(double longitude, double latitude)
    {
        var (east, north) = (longitude * Math.PI / 180, latitude * Math.PI / 180);
        return (Math.Cos(north) * Math.Cos(east), Math.Cos(north) * Math.Sin(east), Math.Sin(north));
    }

    // Null on the line. Coordinates are halves, so that all of this is exact.
    private static bool? IsInside(GeoRing ring, double x, double y)
    {
        var isInside = false;
        for (var i = 1; i < ring.Points.Count; i++)
        {
            var (one, other) = (ring.Points[i - 1], ring.Points[i]);
            var (left, right) = one.Longitude < other.Longitude ? (one, other) : (other, one);
            var turn = ((right.Longitude - left.Longitude) * (y - left.Latitude)) - ((right.Latitude - left.Latitude) * (x - left.Longitude));
            if (turn == 0 && ((x - left.Longitude) * (x - right.Longitude)) + ((y - left.Latitude) * (y - right.Latitude)) <= 0)
                return null;
            if (left.Longitude <= x && x < right.Longitude && turn < 0)
                isInside = !isInside;
        }

        return isInside;
    }
}
