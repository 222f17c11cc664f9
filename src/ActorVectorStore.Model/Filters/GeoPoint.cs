using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>A place on the globe, in degrees. In a payload it is an object with the numbers <c>lon</c> and <c>lat</c>; other keys do not matter.</summary>
public readonly record struct GeoPoint
{
    private const double LongitudeMax = 180;
    private const double LatitudeMax = 90;

    /// <summary>Checks and keeps a place.</summary>
    /// <param name="longitude">East of Greenwich, -180 to 180.</param>
    /// <param name="latitude">North of the equator, -90 to 90.</param>
    /// <exception cref="InvalidRequestException">An angle is outside its bounds.</exception>
    public GeoPoint(double longitude, double latitude)
    {
        Require("longitude", longitude, LongitudeMax);
        Require("latitude", latitude, LatitudeMax);
        Longitude = longitude;
        Latitude = latitude;
    }

    /// <summary>Degrees east of Greenwich, -180 to 180.</summary>
    public double Longitude { get; }

    /// <summary>Degrees north of the equator, -90 to 90.</summary>
    public double Latitude { get; }

    /// <summary>The place of two angles; false if there is none.</summary>
    public static bool TryCreate(double longitude, double latitude, out GeoPoint place)
    {
        var isPlace = Math.Abs(longitude) <= LongitudeMax && Math.Abs(latitude) <= LatitudeMax;
        place = isPlace ? new GeoPoint(longitude, latitude) : default;
        return isPlace;
    }

    /// <summary>Longitude and latitude.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Longitude}, {Latitude})");

    private static void Require(string subject, double angle, double maximum)
    {
        if (!(Math.Abs(angle) <= maximum))
            throw new InvalidRequestException(subject, $"-{maximum} to {maximum} degrees", angle.ToString(CultureInfo.InvariantCulture));
    }
}
