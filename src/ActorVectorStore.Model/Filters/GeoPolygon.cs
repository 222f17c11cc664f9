namespace ActorVectorStore.Model;

/// <summary>The places inside a line and outside all holes. The lines of the holes are outside too.</summary>
public sealed record GeoPolygon : GeoArea
{
    /// <summary>Checks and keeps the lines.</summary>
    /// <param name="exterior">The line around the area.</param>
    /// <param name="holes">Lines around what is left out of it.</param>
    /// <exception cref="InvalidRequestException">The lines have more than <see cref="ModelLimits.PolygonPointsMax"/> points together.</exception>
    public GeoPolygon(GeoRing exterior, params IReadOnlyList<GeoRing> holes)
    {
        ArgumentNullException.ThrowIfNull(exterior);
        Exterior = exterior;
        Holes = ValueList<GeoRing>.Copy("geo polygon holes", holes, ModelLimits.PolygonPointsMax);
        var points = exterior.Points.Count + Holes.Sum(hole => hole.Points.Count);
        if (points > ModelLimits.PolygonPointsMax)
            throw new InvalidRequestException("geo polygon", $"at most {ModelLimits.PolygonPointsMax} points", $"{points}");
    }

    /// <summary>The line around the area.</summary>
    public GeoRing Exterior { get; }

    /// <summary>Lines around what is left out.</summary>
    public IReadOnlyList<GeoRing> Holes { get; }

    /// <inheritdoc />
    public override bool Contains(GeoPoint place)
    {
        if (!Exterior.Surrounds(place))
            return false;
        for (var i = 0; i < Holes.Count; i++)
        {
            if (!Holes[i].Excludes(place))
                return false;
        }

        return true;
    }
}
