namespace ActorVectorStore.Model;

/// <summary>
/// A closed line of straight edges in the plane of longitude and latitude: an edge never crosses the 180th meridian, but runs the long way round.
/// </summary>
public sealed record GeoRing
{
    internal const int PointsMin = 4;

    /// <summary>Checks and keeps the line.</summary>
    /// <param name="points">4 to <see cref="ModelLimits.PolygonPointsMax"/> places, of which the last is the first again; copied.</param>
    /// <exception cref="InvalidRequestException">There are too few or too many places, or the line is not closed.</exception>
    public GeoRing(IReadOnlyList<GeoPoint> points)
    {
        var copy = ValueList<GeoPoint>.Copy("geo polygon", points, ModelLimits.PolygonPointsMax);
        if (copy.Count < PointsMin)
            throw new InvalidRequestException("geo polygon", $"a line of at least {PointsMin} points", $"{copy.Count}");
        if (copy[0] != copy[^1])
            throw new InvalidRequestException("geo polygon", "a closed line, whose last point is its first", $"{copy[0]} and {copy[^1]}");
        Points = copy;
    }

    /// <summary>The places, the first one again at the end.</summary>
    public IReadOnlyList<GeoPoint> Points { get; }

    /// <summary>Whether a place is inside, where an odd number of edges is crossed on the way out; the line itself is not.</summary>
    public bool Surrounds(GeoPoint place) => Look(place) == Side.Inside;

    /// <summary>Whether a place is outside; the line itself is not.</summary>
    public bool Excludes(GeoPoint place) => Look(place) == Side.Outside;

    private Side Look(GeoPoint place)
    {
        var side = Side.Outside;
        for (var i = 1; i < Points.Count; i++)
        {
            var (from, to) = (Points[i - 1], Points[i]);
            // Positive on the left of the edge, negative on its right, zero on the line through it.
            var turn = ((to.Longitude - from.Longitude) * (place.Latitude - from.Latitude))
                - ((to.Latitude - from.Latitude) * (place.Longitude - from.Longitude));
            if (turn == 0 && IsBetween(from, to, place))
                return Side.Line;
            var isBeside = (from.Latitude > place.Latitude) != (to.Latitude > place.Latitude);
            if (isBeside && (turn > 0) == (to.Latitude > from.Latitude))
                side = side == Side.Inside ? Side.Outside : Side.Inside;
        }

        return side;
    }

    private static bool IsBetween(GeoPoint one, GeoPoint other, GeoPoint place) =>
        place.Longitude >= Math.Min(one.Longitude, other.Longitude) && place.Longitude <= Math.Max(one.Longitude, other.Longitude)
        && place.Latitude >= Math.Min(one.Latitude, other.Latitude) && place.Latitude <= Math.Max(one.Latitude, other.Latitude);

    private enum Side
    {
        Outside,
        Line,
        Inside,
    }
}
