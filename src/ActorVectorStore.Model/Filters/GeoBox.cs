namespace ActorVectorStore.Model;

/// <summary>
/// The area between two parallels and two meridians, from the top left corner eastwards to the bottom right one: over the 180th meridian if the left
/// longitude is the greater one.
/// </summary>
public sealed record GeoBox : GeoArea
{
    private const double AntiMeridian = 180;

    /// <summary>Checks and keeps the corners.</summary>
    /// <exception cref="InvalidRequestException">The top is below the bottom.</exception>
    public GeoBox(GeoPoint topLeft, GeoPoint bottomRight)
    {
        if (topLeft.Latitude < bottomRight.Latitude)
            throw new InvalidRequestException("geo bounding box", "a top that is not below the bottom", $"{topLeft} and {bottomRight}");
        TopLeft = topLeft;
        BottomRight = bottomRight;
    }

    /// <summary>The corner in the north-west.</summary>
    public GeoPoint TopLeft { get; }

    /// <summary>The corner in the south-east.</summary>
    public GeoPoint BottomRight { get; }

    /// <inheritdoc />
    public override bool Contains(GeoPoint place)
    {
        var (west, east) = (TopLeft.Longitude, BottomRight.Longitude);
        var isBetweenMeridians = west > east
            ? place.Longitude > west || place.Longitude < east
            : place.Longitude > west && place.Longitude < east;

        // 180 and -180 are one meridian: a place on it is on the edge of a box that ends there, whichever of the two says so.
        var isOnEdge = Math.Abs(place.Longitude) == AntiMeridian && (Math.Abs(west) == AntiMeridian || Math.Abs(east) == AntiMeridian);
        return isBetweenMeridians && !isOnEdge && place.Latitude > BottomRight.Latitude && place.Latitude < TopLeft.Latitude;
    }
}
