using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class GeoAreaTests
{
    private static readonly GeoPoint Rome = new(12.4964, 41.9028);
    private static readonly GeoPoint Fiji = new(178.0, -17.8);

    [Theory]
    [InlineData(180, 90, true)]
    [InlineData(-180, -90, true)]
    [InlineData(180.0000001, 0, false)]
    [InlineData(0, -90.0000001, false)]
    [InlineData(double.NaN, 0, false)]
    [InlineData(0, double.PositiveInfinity, false)]
    public void Angles_are_bounded_on_both_sides(double longitude, double latitude, bool isPlace)
    {
        Assert.Equal(isPlace, GeoPoint.TryCreate(longitude, latitude, out _));
        if (!isPlace)
            Assert.Throws<InvalidRequestException>(() => new GeoPoint(longitude, latitude));
    }

    [Fact]
    public void A_box_holds_what_is_between_its_edges_and_not_the_edges()
    {
        var box = new GeoBox(new GeoPoint(10, 50), new GeoPoint(20, 40));
        Assert.True(box.Contains(Rome));
        Assert.False(box.Contains(new GeoPoint(10, 45)));
        Assert.False(box.Contains(new GeoPoint(15, 50)));
        Assert.True(box.Contains(new GeoPoint(10.0000001, 49.9999999)));
        Assert.False(box.Contains(new GeoPoint(25, 45)));
        Assert.Throws<InvalidRequestException>(() => new GeoBox(new GeoPoint(10, 40), new GeoPoint(20, 50)));
    }

    [Fact]
    public void A_box_whose_left_is_east_of_its_right_goes_over_the_180th_meridian()
    {
        var box = new GeoBox(new GeoPoint(170, 0), new GeoPoint(-170, -30));
        Assert.True(box.Contains(Fiji));
        Assert.True(box.Contains(new GeoPoint(180, -10)));
        Assert.True(box.Contains(new GeoPoint(-180, -10)));
        Assert.True(box.Contains(new GeoPoint(-171, -10)));
        Assert.False(box.Contains(new GeoPoint(0, -10)));
        Assert.False(box.Contains(new GeoPoint(170, -10)));
        Assert.False(box.Contains(new GeoPoint(-170, -10)));
    }

    [Fact]
    public void Distances_of_known_places()
    {
        // A degree of the equator; a quarter and a half of a great circle; over the date line; along a parallel at the pole.
        Assert.Equal(111_195.08, GeoCircle.DistanceMeters(new(0, 0), new(1, 0)), 0.01);
        Assert.Equal(Math.PI / 2 * GeoCircle.EarthRadiusMeters, GeoCircle.DistanceMeters(new(33, 0), new(-120, 90)), 0.01);
        Assert.Equal(Math.PI * GeoCircle.EarthRadiusMeters, GeoCircle.DistanceMeters(new(10, 20), new(-170, -20)), 0.5);
        Assert.Equal(222_390.16, GeoCircle.DistanceMeters(new(179, 0), new(-179, 0)), 0.01);
        Assert.Equal(0, GeoCircle.DistanceMeters(new(0, 90), new(120, 90)), 1e-6);
        Assert.Equal(0, GeoCircle.DistanceMeters(new(180, 5), new(-180, 5)), 1e-6);
        Assert.InRange(GeoCircle.DistanceMeters(Rome, new GeoPoint(9.19, 45.4642)), 476_000, 478_000);
    }

    [Fact]
    public void A_circle_holds_what_is_nearer_than_its_radius()
    {
        var distance = GeoCircle.DistanceMeters(Rome, Fiji);
        Assert.False(new GeoCircle(Rome, distance).Contains(Fiji));
        Assert.True(new GeoCircle(Rome, double.BitIncrement(distance)).Contains(Fiji));
        Assert.False(new GeoCircle(Rome, 0).Contains(Rome));
        Assert.True(new GeoCircle(new GeoPoint(0, 90), 200_000).Contains(new GeoPoint(-77, 88.5)));
        Assert.Throws<InvalidRequestException>(() => new GeoCircle(Rome, -1));
        Assert.Throws<InvalidRequestException>(() => new GeoCircle(Rome, double.NaN));
        Assert.Throws<InvalidRequestException>(() => new GeoCircle(Rome, double.PositiveInfinity));
    }

    [Fact]
    public void A_distance_is_a_distance() => Gen.Select(Place, Place, Place).Sample((one, other, third) =>
    {
        var distance = GeoCircle.DistanceMeters(one, other);
        Assert.InRange(distance, 0, (Math.PI * GeoCircle.EarthRadiusMeters) + 0.01);
        Assert.Equal(distance, GeoCircle.DistanceMeters(other, one), 1e-6);
        Assert.True(distance <= GeoCircle.DistanceMeters(one, third) + GeoCircle.DistanceMeters(third, other) + 0.5);
    });

    [Fact]
    public void Lines_are_checked()
    {
        Refused(() => Ring((0, 0), (1, 0), (0, 0)), "a line of at least 4 points", "3");
        Refused(() => Ring((0, 0), (1, 0), (1, 1), (0, 1)), "a closed line, whose last point is its first", "(0, 0) and (0, 1)");
        Refused(() => new GeoRing([.. Enumerable.Repeat(Rome, ModelLimits.PolygonPointsMax + 1)]), "at most 4096", "4097");
        var most = new GeoRing([.. Enumerable.Repeat(Rome, ModelLimits.PolygonPointsMax)]);
        Refused(() => new GeoPolygon(most, Square(0, 0, 1)), "at most 4096 points", "4101");
        _ = new GeoPolygon(most);
    }

    [Fact]
    public void A_polygon_holds_what_is_inside_its_line_and_outside_its_holes_and_not_the_lines()
    {
        var polygon = new GeoPolygon(Square(0, 0, 10), Square(2, 2, 2), Square(6, 6, 2));
        Assert.True(polygon.Contains(new GeoPoint(1, 1)));
        Assert.True(polygon.Contains(new GeoPoint(5, 5)));
        Assert.False(polygon.Contains(new GeoPoint(3, 3)));
        Assert.False(polygon.Contains(new GeoPoint(7, 7)));
        Assert.False(polygon.Contains(new GeoPoint(2, 3)));
        Assert.False(polygon.Contains(new GeoPoint(0, 5)));
        Assert.False(polygon.Contains(new GeoPoint(10, 10)));
        Assert.False(polygon.Contains(new GeoPoint(11, 5)));
        Assert.False(polygon.Contains(new GeoPoint(-1, 10)));
    }

    [Fact]
    public void A_line_surrounds_what_it_winds_around_an_odd_number_of_times_and_its_direction_does_not_matter() =>
        Gen.Select(Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6]).Array[3, 8], Gen.Int[0, 6], Gen.Int[0, 6]).Sample((corners, x, y) =>
        {
            (int X, int Y)[] line = [.. corners, corners[0]];
            var place = new GeoPoint(x, y);
            var ring = Ring(line);
            var reversed = Ring([.. line.Reverse()]);
            var isOnLine = line.Zip(line.Skip(1)).Any(edge => IsOnEdge(edge.First, edge.Second, (x, y)));
            var isInside = !isOnLine && Crossings(line, (x, y)) % 2 == 1;
            Assert.Equal(isInside, ring.Surrounds(place));
            Assert.Equal(isInside, reversed.Surrounds(place));
            Assert.Equal(!isInside && !isOnLine, ring.Excludes(place));
            Assert.Equal(!isInside && !isOnLine, reversed.Excludes(place));
        });

    // Counts edges that a vertical way up from the place meets: another way out than the code takes, in whole numbers.
    private static int Crossings((int X, int Y)[] line, (int X, int Y) place)
    {
        var crossings = 0;
        for (var i = 1; i < line.Length; i++)
        {
            var (left, right) = line[i - 1].X < line[i].X ? (line[i - 1], line[i]) : (line[i], line[i - 1]);
            if (left.X <= place.X && place.X < right.X && Turn(left, right, place) < 0)
                crossings++;
        }

        return crossings;
    }

    private static bool IsOnEdge((int X, int Y) from, (int X, int Y) to, (int X, int Y) place) => Turn(from, to, place) == 0
        && ((place.X - from.X) * (place.X - to.X)) + ((place.Y - from.Y) * (place.Y - to.Y)) <= 0;

    private static int Turn((int X, int Y) from, (int X, int Y) to, (int X, int Y) place) =>
        ((to.X - from.X) * (place.Y - from.Y)) - ((to.Y - from.Y) * (place.X - from.X));

    private static readonly Gen<GeoPoint> Place = Gen.Select(
        Gen.OneOf(Gen.Double[-180, 180], Gen.OneOf(-180.0, 180.0, 0.0)), Gen.OneOf(Gen.Double[-90, 90], Gen.OneOf(-90.0, 90.0, 0.0)),
        (longitude, latitude) => new GeoPoint(longitude, latitude));

    private static GeoRing Square(int x, int y, int side) => Ring((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y));

    private static GeoRing Ring(params (int X, int Y)[] points) => new([.. points.Select(point => new GeoPoint(point.X, point.Y))]);

    private static void Refused(Func<object> make, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(make);
        Assert.Equal(("geo polygon", expected, found), (error.Subject, error.Expected, error.Found));
    }
}
