using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// An index of one field, which answers the tests of that field. What it cannot decide it leaves to the payload. Needs a lease; safe from any thread.
/// </summary>
/// <remarks><see cref="Ask"/> throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule.</remarks>
internal abstract class FieldIndex(IndexSection index)
{
    /// <summary>The stored index.</summary>
    public IndexSection Index => index;

    /// <summary>The type of JSON of what it holds.</summary>
    protected abstract JsonType Held { get; }

    /// <summary>Opens an index; null if a newer program wrote it.</summary>
    /// <param name="section">The section.</param>
    /// <param name="rowCount">Rows of the segment.</param>
    /// <exception cref="CorruptionException">It is damaged, or breaks a rule.</exception>
    public static FieldIndex? Open(SealedSection section, int rowCount) => IndexSection.Open(section, rowCount) is not { } index ? null
        : index.Description.Kind switch
        {
            PayloadIndexKind.Keyword => new KeywordIndex(index),
            PayloadIndexKind.Integer => new IntegerIndex(index),
            PayloadIndexKind.Float => new FloatIndex(index),
            PayloadIndexKind.Bool => new BoolIndex(index),
            PayloadIndexKind.Datetime => new DatetimeIndex(index),
            PayloadIndexKind.Uuid => new UuidIndex(index),
            PayloadIndexKind.Geo => new GeoIndex(index),
            _ => new TextIndex(index),
        };

    /// <summary>Which rows pass a test of the field; finds them in the tables, but reads no postings.</summary>
    public FieldAnswer Ask(FieldTest test) => test switch
    {
        IsEmpty => new FieldAnswer(new RemainingRows(All, Set(RowSetKind.NonEmpty))),
        IsNull => new FieldAnswer(Set(RowSetKind.Null)),
        ValuesCount count => AskCount(count.Bounds),
        _ when TypeOf(test) == Held => AskHeld(test) ?? new FieldAnswer(None, Set(RowSetKind.Element)),
        // Elements of the type that is held all pass. Of those of other types nothing is held.
        ExceptKeyword or ExceptInteger => new FieldAnswer(Without(Set(RowSetKind.Element), Foreign), Foreign),
        _ => new FieldAnswer(None, Foreign),
    };

    private RowSet Foreign => Set(RowSetKind.Foreign);

    /// <summary>Rows with elements of the type that is held which are not held, or not exactly.</summary>
    protected RowSet Other => Set(RowSetKind.Other);

    /// <summary>No rows.</summary>
    protected RowSet None => new AllRows(index.RowCount, areThere: false);

    private RowSet All => new AllRows(index.RowCount, areThere: true);

    /// <summary>Which rows pass a test of elements of the type that is held; null if it cannot say.</summary>
    protected abstract FieldAnswer? AskHeld(FieldTest test);

    /// <summary>A row set.</summary>
    protected RowSet Set(RowSetKind kind) => new PostedRows(index.RowCount, index.Set(kind));

    /// <summary>Rows of any of the sets.</summary>
    protected RowSet AnyOf(IReadOnlyList<RowSet> sets) => sets.Count switch
    {
        0 => None,
        1 => sets[0],
        _ => new UnionRows(index.RowCount, sets),
    };

    /// <summary>Rows of all the sets; there is at least one.</summary>
    protected RowSet AllOf(params IReadOnlyList<RowSet> sets) => sets.Count == 1 ? sets[0] : new CommonRows(index.RowCount, sets);

    /// <summary>Rows of one set and not of another.</summary>
    protected static RowSet Without(RowSet all, RowSet without) => without.Bound.Max == 0 ? all : new RemainingRows(all, without);

    /// <summary>
    /// Which rows have an element that is anything but some. A row that has no other element than one of them does not pass; one that has some of
    /// them and other elements may, or may have the same one twice.
    /// </summary>
    /// <param name="excepted">Rows that have an element that does not pass; each is held exactly.</param>
    protected FieldAnswer AskExcept(RowSet excepted) => new(
        AnyOf([Without(Set(RowSetKind.Element), excepted), Foreign, Other]), AllOf(excepted, Set(RowSetKind.Several)));

    // A value that is no array counts 0 or 1, as it is null or not. The length of an array is not held.
    private FieldAnswer AskCount(Bounds<int> bounds)
    {
        if (bounds == new Bounds<int>())
            return new FieldAnswer(Set(RowSetKind.Present));
        var arrays = Set(RowSetKind.Array);
        List<RowSet> sure = [];
        if (bounds.Contain(0))
            sure.Add(Set(RowSetKind.Null));
        if (bounds.Contain(1))
            sure.Add(Without(Set(RowSetKind.NonEmpty), arrays));
        return new FieldAnswer(AnyOf(sure), arrays);
    }

    private static JsonType TypeOf(FieldTest test) => test switch
    {
        MatchInteger or ExceptInteger or NumberRange => JsonType.Number,
        MatchBool => JsonType.Bool,
        GeoArea => JsonType.Object,
        _ => JsonType.Text,
    };
}
