namespace ActorVectorStore.Model;

/// <summary>
/// The value is a place (<see cref="GeoPoint"/>) inside an area: a <see cref="GeoBox"/>, <see cref="GeoCircle"/> or <see cref="GeoPolygon"/>. The
/// edge of an area is outside. An object whose angles are out of bounds is no place.
/// </summary>
public abstract record GeoArea : FieldTest
{
    private protected GeoArea()
    {
    }

    /// <summary>Whether a place is inside.</summary>
    public abstract bool Contains(GeoPoint place);
}
