using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>The places nearer to a centre than a radius, along the great circle of a sphere with the earth's mean radius (haversine formula).</summary>
public sealed record GeoCircle : GeoArea
{
    /// <summary>Mean radius of the earth in metres.</summary>
    public const double EarthRadiusMeters = 6_371_008.8;

    /// <summary>Checks and keeps the circle.</summary>
    /// <param name="center">Its centre.</param>
    /// <param name="radiusMeters">At least 0 and finite; half of the earth's circumference is about 20,015,115.</param>
    /// <exception cref="InvalidRequestException">The radius is negative or not finite.</exception>
    public GeoCircle(GeoPoint center, double radiusMeters)
    {
        if (!(radiusMeters >= 0) || double.IsPositiveInfinity(radiusMeters))
            throw new InvalidRequestException("geo radius", "at least 0 metres", radiusMeters.ToString(CultureInfo.InvariantCulture));
        Center = center;
        RadiusMeters = radiusMeters;
    }

    /// <summary>The centre.</summary>
    public GeoPoint Center { get; }

    /// <summary>Distance from the centre that is no longer inside.</summary>
    public double RadiusMeters { get; }

    /// <inheritdoc />
    public override bool Contains(GeoPoint place) => DistanceMeters(Center, place) < RadiusMeters;

    /// <summary>Length of the shortest way over the sphere.</summary>
    public static double DistanceMeters(GeoPoint from, GeoPoint to)
    {
        var sineOfLatitude = Math.Sin(double.DegreesToRadians(to.Latitude - from.Latitude) / 2);
        var sineOfLongitude = Math.Sin(double.DegreesToRadians(to.Longitude - from.Longitude) / 2);
        var cosines = Math.Cos(double.DegreesToRadians(from.Latitude)) * Math.Cos(double.DegreesToRadians(to.Latitude));
        var haversine = (sineOfLatitude * sineOfLatitude) + (cosines * sineOfLongitude * sineOfLongitude);
        // Of opposite places rounding may make it a little more than 1, of which there is no arc sine.
        return 2 * EarthRadiusMeters * Math.Asin(Math.Sqrt(Math.Min(1, haversine)));
    }
}
