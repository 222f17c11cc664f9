using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The value is an object with a longitude and a latitude, as <see cref="GeoPoint"/> says, inside an area.</summary>
internal sealed class PlaceTest(GeoArea area) : ElementTest
{
    public override bool Holds(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject && TryRead(ref reader, out var place) && area.Contains(place);

    /// <summary>Reads a place; false if the object is none.</summary>
    /// <param name="reader">At the start of an object; it may be left anywhere inside it.</param>
    /// <param name="place">The place.</param>
    public static bool TryRead(ref Utf8JsonReader reader, out GeoPoint place)
    {
        var (longitude, latitude) = (double.NaN, double.NaN);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLongitude = reader.ValueTextEquals("lon"u8);
            var isLatitude = !isLongitude && reader.ValueTextEquals("lat"u8);
            reader.Read();
            if (isLongitude)
                longitude = Degrees(in reader);
            else if (isLatitude)
                latitude = Degrees(in reader);
            reader.Skip();
        }

        return GeoPoint.TryCreate(longitude, latitude, out place);
    }

    private static double Degrees(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : double.NaN;
}
