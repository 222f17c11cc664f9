using System.Text;

namespace ActorVectorStore.Model;

/// <summary>
/// Layout of a filter inside an event (<see cref="OperationFormat"/>). Little-endian throughout. A text is its length in bytes (u32) and its UTF-8;
/// an id is as <see cref="PointIdFormat"/> says. Doubles are never NaN and never the negative zero.
/// </summary>
/// <remarks>
/// <para>Every length and count is checked against the bytes that are there, and every limit of <see cref="ModelLimits"/> is kept, before anything is
/// allocated. There is exactly one encoding of a filter, and what no filter can be has none.</para>
/// <para>A path is stored as its steps and not as its text: which keys need quotation marks depends on the Unicode tables of the program.</para>
/// <code>
/// filter
///   offset  size  type   meaning
///   0       1     u8     format version; 0 is reserved
///   1       3            reserved, 0
///   4       4     u32    length of the filter, this header included
///   8       ...          clauses, to the end of the filter
///
/// clauses
///   0       2     u16    count of conditions that must hold (must)
///   2       2     u16    count of conditions of which none may hold (must_not)
///   4       2     u16    count of conditions of which one must hold (should)
///   6       2     u16    count of conditions of which a number must hold (min_should)
///   8       4     u32    that number, 1 to 2,147,483,647; 0 if there is no such clause
///   12      ...          the conditions, in the order of these counts
///
/// condition
///   0       1     u8     kind; 0 is reserved
///   1       ...          body, by kind
///     1, Filter              clauses
///     2, FieldCondition      path, u8 kind of test, body of the test
///     3, NestedCondition     path that ends with a step to each element, clauses
///     4, HasIdCondition      u32 count, 0 to 65,536; the ids
///     5, HasVectorCondition  text
///
/// path
///   0       1     u8     count of steps, 1 to 64; the first is to a key
///   1       ...          the steps, each a u8 kind and what it needs
///     1, to a key            text; the texts of a path have 16,384 UTF-16 code units together, at most
///     2, to an element       u32 position, 0 to 2,147,483,647
///     3, to each element     nothing
///
/// test
///   kind                   body
///     1, MatchKeyword        u32 count, 0 to 65,536; the texts
///     2, ExceptKeyword       the same
///     3, MatchInteger        u32 count, 0 to 65,536; the integers, i64 each
///     4, ExceptInteger       the same
///     5, MatchBool           u8, 0 or 1
///     6, MatchWords          text
///     7, MatchPhrase         text
///     8, NumberRange         bounds of numbers: f64 the nearest double, i32 what is to be added to it
///     9, TimeRange           bounds of i64 UTC ticks
///     10, GeoBox             places top left and bottom right
///     11, GeoCircle          place of the centre, f64 radius in metres
///     12, GeoPolygon         u32 count of lines, 1 to 1,024: the exterior, then the holes; for each u32 count of places, 4 to 4,096, and the places
///     13, ValuesCount        bounds of i32
///     14, IsEmpty            nothing
///     15, IsNull             nothing
///
/// bounds
///   0       1     u8     which are there: 1 GreaterThan, 2 AtLeast, 4 LessThan, 8 AtMost, or a sum of these
///   1       ...          those, in this order
///
/// place
///   0       8     f64    longitude, -180 to 180
///   8       8     f64    latitude, -90 to 90
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
public static class FilterFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    internal const int HeaderBytes = 8;
    internal const int ClausesHeaderBytes = 12;
    internal const int CountBytes = 4;

    /// <summary>The count of steps and the first of them, to a key without characters.</summary>
    internal const int PathBytesMin = 1 + KindBytes + CountBytes;

    internal const int KindBytes = 1;

    internal const byte KindFilter = 1;
    internal const byte KindField = 2;
    internal const byte KindNested = 3;
    internal const byte KindHasId = 4;
    internal const byte KindHasVector = 5;
    internal const byte NewestCondition = KindHasVector;

    internal const byte StepToKey = 1;
    internal const byte StepToElement = 2;
    internal const byte StepToElements = 3;

    internal const byte TestMatchKeyword = 1;
    internal const byte TestExceptKeyword = 2;
    internal const byte TestMatchInteger = 3;
    internal const byte TestExceptInteger = 4;
    internal const byte TestMatchBool = 5;
    internal const byte TestMatchWords = 6;
    internal const byte TestMatchPhrase = 7;
    internal const byte TestNumberRange = 8;
    internal const byte TestTimeRange = 9;
    internal const byte TestGeoBox = 10;
    internal const byte TestGeoCircle = 11;
    internal const byte TestGeoPolygon = 12;
    internal const byte TestValuesCount = 13;
    internal const byte TestIsEmpty = 14;
    internal const byte TestIsNull = 15;
    internal const byte NewestTest = TestIsNull;

    internal const byte BoundGreaterThan = 1;
    internal const byte BoundAtLeast = 2;
    internal const byte BoundLessThan = 4;
    internal const byte BoundAtMost = 8;
    internal const byte AllBounds = BoundGreaterThan | BoundAtLeast | BoundLessThan | BoundAtMost;

    internal const int NumberBytes = sizeof(double) + sizeof(int);
    internal const int PlaceBytes = 2 * sizeof(double);

    /// <summary>The least that a condition takes: a filter or nested condition has clauses, others a text, a count or a path.</summary>
    internal const int ConditionBytesMin = KindBytes + CountBytes;

    /// <summary>Bytes of a filter.</summary>
    internal static long Size(Filter filter) => HeaderBytes + ClausesBytes(filter);

    /// <summary>Bytes of a path.</summary>
    internal static long PathBytes(PayloadPath path) => 1 + path.Steps.Sum(StepBytes);

    /// <summary>Bytes of a text.</summary>
    internal static long TextBytes(string text) => CountBytes + Encoding.UTF8.GetByteCount(text);

    private static long ClausesBytes(Filter filter) =>
        ClausesHeaderBytes
        + filter.Must.Sum(ConditionBytes)
        + filter.MustNot.Sum(ConditionBytes)
        + filter.Should.Sum(ConditionBytes)
        + (filter.MinShould?.Conditions.Sum(ConditionBytes) ?? 0);

    private static long ConditionBytes(Condition condition) => KindBytes + condition switch
    {
        Filter filter => ClausesBytes(filter),
        FieldCondition field => PathBytes(field.Path) + KindBytes + TestBytes(field.Test),
        NestedCondition nested => PathBytes(nested.Path) + ClausesBytes(nested.Filter),
        HasIdCondition hasId => CountBytes + hasId.Ids.Sum(id => (long)PointIdFormat.Size(id)),
        HasVectorCondition hasVector => TextBytes(hasVector.Name),
        _ => throw new InvalidOperationException($"{condition.GetType().Name} has no kind in the format."),
    };

    private static long StepBytes(PathStep step) => KindBytes + step.Kind switch
    {
        PathStepKind.Key => TextBytes(step.Key),
        PathStepKind.Element => sizeof(int),
        _ => 0,
    };

    private static long TestBytes(FieldTest test) => test switch
    {
        MatchKeyword match => CountBytes + match.Values.Sum(TextBytes),
        ExceptKeyword except => CountBytes + except.Values.Sum(TextBytes),
        MatchInteger match => CountBytes + ((long)match.Values.Count * sizeof(long)),
        ExceptInteger except => CountBytes + ((long)except.Values.Count * sizeof(long)),
        MatchBool => 1,
        MatchWords match => TextBytes(match.Text),
        MatchPhrase match => TextBytes(match.Text),
        NumberRange range => BoundsBytes(range.Bounds, NumberBytes),
        TimeRange range => BoundsBytes(range.Bounds, sizeof(long)),
        GeoBox => 2 * PlaceBytes,
        GeoCircle => PlaceBytes + sizeof(double),
        GeoPolygon polygon => CountBytes + RingBytes(polygon.Exterior) + polygon.Holes.Sum(RingBytes),
        ValuesCount count => BoundsBytes(count.Bounds, sizeof(int)),
        IsEmpty or IsNull => 0,
        _ => throw new InvalidOperationException($"{test.GetType().Name} has no kind in the format."),
    };

    private static long RingBytes(GeoRing ring) => CountBytes + ((long)ring.Points.Count * PlaceBytes);

    private static long BoundsBytes<T>(Bounds<T> bounds, int bytesEach)
        where T : struct, IComparable<T> =>
        1 + ((bounds.GreaterThan is null ? 0 : bytesEach) + (bounds.AtLeast is null ? 0 : bytesEach)
            + (bounds.LessThan is null ? 0 : bytesEach) + (bounds.AtMost is null ? 0 : bytesEach));
}
