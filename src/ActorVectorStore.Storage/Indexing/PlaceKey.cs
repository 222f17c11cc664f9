using System.Buffers.Binary;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A place as bytes that keep what is near on the globe near in their order, mostly: first the place on a curve through 2^32 x 2^32 cells (Morton: A computer
/// oriented geodetic data base, 1966), then the angles themselves.
/// </summary>
internal static class PlaceKey
{
    /// <summary>Bits of one angle in the number of a cell.</summary>
    public const int AngleBits = 32;

    /// <summary>Bytes of the number of a cell, with which a key begins.</summary>
    public const int CellBytes = sizeof(ulong);

    private const int LongitudeAt = CellBytes;
    private const int LatitudeAt = LongitudeAt + sizeof(double);
    private const double Cells = 1UL << AngleBits;

    public static void Write(GeoPoint place, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, (Spread(Column(place.Longitude)) << 1) | Spread(Row(place.Latitude)));
        BinaryPrimitives.WriteDoubleBigEndian(target[LongitudeAt..], place.Longitude);
        BinaryPrimitives.WriteDoubleBigEndian(target[LatitudeAt..], place.Latitude);
    }

    /// <summary>The place of a key; false if its angles are out of bounds.</summary>
    public static bool TryRead(ReadOnlySpan<byte> key, out GeoPoint place) => GeoPoint.TryCreate(
        BinaryPrimitives.ReadDoubleBigEndian(key[LongitudeAt..]), BinaryPrimitives.ReadDoubleBigEndian(key[LatitudeAt..]), out place);

    /// <summary>The cell's number along the parallels, from the west. Of two longitudes the eastern one never has the smaller one.</summary>
    public static uint Column(double longitude) => Cell((longitude + 180) / 360);

    /// <summary>The cell's number along the meridians, from the south. Of two latitudes the northern one never has the smaller one.</summary>
    public static uint Row(double latitude) => Cell((latitude + 90) / 180);

    private static uint Cell(double share) => (uint)Math.Clamp(share * Cells, 0, Cells - 1);

    // The bits of a number at the even places of another.
    private static ulong Spread(uint value)
    {
        ulong bits = value;
        bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF;
        bits = (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | (bits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
        return (bits | (bits << 1)) & 0x5555_5555_5555_5555;
    }
}
