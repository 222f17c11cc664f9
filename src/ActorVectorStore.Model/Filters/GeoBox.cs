namespace ActorVectorStore.Model;

/// <summary>
/// The area between two parallels and two meridians, from the top left corner eastwards to the bottom right one: over the 180th meridian if the left
/// longitude is the greater one.
/// </summary>
public sealed record GeoBox : GeoArea
{
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
        return isBetweenMeridians && place.Latitude > BottomRight.Latitude && place.Latitude < TopLeft.Latitude;
    }
}
