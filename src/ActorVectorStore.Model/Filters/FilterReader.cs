namespace ActorVectorStore.Model;

/// <summary>
/// The reading half of <see cref="FilterFormat"/>. Its twin is <see cref="FilterWriter"/>. Trusts nothing: counts conditions and depth before it
/// follows them, so that neither memory nor stack can be asked for on the word of a few bytes.
/// </summary>
internal ref struct FilterReader
{
    private ByteReader _source;
    private int _conditions = 1;
    private int _depth;

    private FilterReader(ByteReader source) => _source = source;

    /// <summary>Reads a filter and moves behind it.</summary>
    /// <exception cref="MalformedOperationException">The bytes are not those of a filter.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote them.</exception>
    public static Filter Read(ref ByteReader source)
    {
        RequireVersion(ref source);
        var length = ReadLength(ref source);
        var reader = new FilterReader(source.Part(length));
        var filter = reader.ReadWhole();
        source.Take(length, "a filter");
        return filter;
    }

    /// <summary>Reads a path and moves behind it.</summary>
    /// <exception cref="MalformedOperationException">The bytes are not those of a path.</exception>
    public static PayloadPath ReadPath(ref ByteReader source)
    {
        var start = source.Position;
        var count = source.ReadByte("the count of steps");
        if (count is 0 or > ModelLimits.PathStepsMax || count > source.Remaining)
            throw Malformed(start, $"1 to {ModelLimits.PathStepsMax} steps that fit the {source.Remaining} bytes that are left", $"{count}");
        var steps = new PathStep[count];
        var lengthMax = ModelLimits.FilterTextLengthMax;
        for (var i = 0; i < count; i++)
        {
            steps[i] = ReadStep(ref source, lengthMax);
            lengthMax -= steps[i].Key.Length;
        }

        return steps[0].Kind == PathStepKind.Key
            ? PayloadPath.FromSteps(steps)
            : throw Malformed(start, "a path whose first step is to a key", "another step");
    }

    private static void RequireVersion(ref ByteReader source)
    {
        var start = source.Position;
        var word = source.ReadUInt32("the version of a filter");
        var version = (byte)word;
        if (version > FilterFormat.Version)
            throw new UnsupportedOperationException("filter version", version, FilterFormat.Version);
        if (version == 0 || word != version)
            throw Malformed(start, $"a filter of version 1 to {FilterFormat.Version} and 0 in the reserve", $"{word:X8}");
    }

    private static int ReadLength(ref ByteReader source)
    {
        var start = source.Position;
        var length = source.ReadUInt32("the length of a filter");
        var least = FilterFormat.HeaderBytes + FilterFormat.ClausesHeaderBytes;
        if (length < least || length - FilterFormat.HeaderBytes > source.Remaining)
            throw Malformed(start, $"a length from {least} to {source.Remaining + FilterFormat.HeaderBytes}", $"{length}");
        return (int)length - FilterFormat.HeaderBytes;
    }

    private static PathStep ReadStep(ref ByteReader source, int lengthMax)
    {
        var start = source.Position;
        var kind = source.ReadByte("the kind of a step");
        switch (kind)
        {
            case FilterFormat.StepToKey:
                return PathStep.ToKey(source.ReadText("a key", lengthMax));
            case FilterFormat.StepToElement:
                var position = source.ReadInt32("a position");
                return position >= 0 ? PathStep.ToElement(position) : throw Malformed(start + 1, $"a position from 0 to {int.MaxValue}", $"{position}");
            case FilterFormat.StepToElements:
                return PathStep.ToElements;
            default:
                throw Malformed(start, "step kind 1, 2 or 3", $"{kind}");
        }
    }

    private Filter ReadWhole()
    {
        var filter = ReadClauses();
        return _source.Remaining == 0 ? filter : throw Malformed(_source.Position, "the end of the filter", $"{_source.Remaining} more bytes");
    }

    private Filter ReadClauses()
    {
        var start = _source.Position;
        if (++_depth > ModelLimits.FilterDepthMax)
            throw Malformed(start, $"at most {ModelLimits.FilterDepthMax} filters inside one another", $"{_depth}");
        var (must, mustNot, should, enough) = (ReadCount(), ReadCount(), ReadCount(), ReadCount());
        RequireConditions(start, must + mustNot + should + enough);
        var number = ReadNumberOf(enough);
        var filter = new Filter { Must = ReadConditions(must), MustNot = ReadConditions(mustNot), Should = ReadConditions(should) };
        if (number > 0)
            filter = filter with { MinShould = new MinShould(number, ReadConditions(enough)) };
        _depth--;
        return filter;
    }

    private int ReadCount() => _source.ReadUInt16("the count of conditions");

    private void RequireConditions(int start, int more)
    {
        _conditions += more;
        if (_conditions > ModelLimits.FilterConditionsMax)
            throw Malformed(start, $"at most {ModelLimits.FilterConditionsMax} conditions", $"{_conditions}");
        if ((long)more * FilterFormat.ConditionBytesMin > _source.Remaining)
            throw Malformed(start, $"conditions that fit the {_source.Remaining} bytes that are left", $"{more}");
    }

    private int ReadNumberOf(int conditions)
    {
        var start = _source.Position;
        var number = _source.ReadInt32("the number of conditions that must hold");
        return number > 0 || (number == 0 && conditions == 0)
            ? number
            : throw Malformed(start, "a number of conditions that must hold, at least 1 if there is such a clause", $"{number} of {conditions}");
    }

    private Condition[] ReadConditions(int count)
    {
        var conditions = new Condition[count];
        for (var i = 0; i < count; i++)
            conditions[i] = ReadCondition();
        return conditions;
    }

    private Condition ReadCondition()
    {
        var start = _source.Position;
        var kind = _source.ReadByte("the kind of a condition");
        if (kind > FilterFormat.NewestCondition)
            throw new UnsupportedOperationException("filter condition kind", kind, FilterFormat.NewestCondition);
        try
        {
            return ReadCondition(start, kind);
        }
        catch (InvalidRequestException refusal)
        {
            // What is written here was a condition once; one that its type refuses to be is damage.
            throw Malformed(start, $"{refusal.Expected} ({refusal.Subject})", refusal.Found);
        }
    }

    private Condition ReadCondition(int start, byte kind) => kind switch
    {
        FilterFormat.KindFilter => ReadClauses(),
        FilterFormat.KindField => new FieldCondition(ReadPath(ref _source), ReadTest()),
        FilterFormat.KindNested => ReadNested(),
        FilterFormat.KindHasId => new HasIdCondition(ReadIds()),
        FilterFormat.KindHasVector => new HasVectorCondition(_source.ReadText("the name of a vector", ModelLimits.FilterTextLengthMax)),
        _ => throw Malformed(start, $"a condition kind from 1 to {FilterFormat.NewestCondition}", $"{kind}"),
    };

    private NestedCondition ReadNested()
    {
        var start = _source.Position;
        var path = ReadPath(ref _source);
        if (path.Steps[^1] != PathStep.ToElements)
            throw Malformed(start, "a path that ends with a step to each element", "another step at its end");
        // The filter of a nested condition is counted beside it.
        RequireConditions(_source.Position, 1);
        return new NestedCondition(path, ReadClauses());
    }

    private PointId[] ReadIds()
    {
        var ids = new PointId[_source.ReadCount("ids", 0, ModelLimits.IdsPerRequestMax, PointIdFormat.BytesMin)];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _source.ReadId();
        return ids;
    }

    private FieldTest ReadTest()
    {
        var start = _source.Position;
        var kind = _source.ReadByte("the kind of a test");
        if (kind > FilterFormat.NewestTest)
            throw new UnsupportedOperationException("field test kind", kind, FilterFormat.NewestTest);
        return kind switch
        {
            FilterFormat.TestMatchKeyword => new MatchKeyword(ReadTexts()),
            FilterFormat.TestExceptKeyword => new ExceptKeyword(ReadTexts()),
            FilterFormat.TestMatchInteger => new MatchInteger(ReadIntegers()),
            FilterFormat.TestExceptInteger => new ExceptInteger(ReadIntegers()),
            FilterFormat.TestMatchBool => new MatchBool(ReadBool()),
            FilterFormat.TestMatchWords => new MatchWords(ReadText()),
            FilterFormat.TestMatchPhrase => new MatchPhrase(ReadText()),
            FilterFormat.TestNumberRange => new NumberRange(ReadBounds(ReadNumber)),
            FilterFormat.TestTimeRange => new TimeRange(ReadBounds(static (ref ByteReader source) => new Instant(source.ReadInt64("a moment")))),
            FilterFormat.TestGeoBox => new GeoBox(ReadPlace(), ReadPlace()),
            FilterFormat.TestGeoCircle => new GeoCircle(ReadPlace(), _source.ReadDouble("a radius")),
            FilterFormat.TestGeoPolygon => ReadPolygon(),
            FilterFormat.TestValuesCount => new ValuesCount(ReadBounds(static (ref ByteReader source) => source.ReadInt32("a count of values"))),
            FilterFormat.TestIsEmpty => new IsEmpty(),
            FilterFormat.TestIsNull => new IsNull(),
            _ => throw Malformed(start, $"a test kind from 1 to {FilterFormat.NewestTest}", $"{kind}"),
        };
    }

    private string ReadText() => _source.ReadText("a text", ModelLimits.FilterTextLengthMax);

    private string[] ReadTexts()
    {
        var texts = new string[_source.ReadCount("texts", 0, ModelLimits.FilterValuesMax, FilterFormat.CountBytes)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = ReadText();
        return texts;
    }

    private long[] ReadIntegers()
    {
        var integers = new long[_source.ReadCount("integers", 0, ModelLimits.FilterValuesMax, sizeof(long))];
        for (var i = 0; i < integers.Length; i++)
            integers[i] = _source.ReadInt64("an integer");
        return integers;
    }

    private bool ReadBool()
    {
        var start = _source.Position;
        var value = _source.ReadByte("a boolean");
        return value <= 1 ? value == 1 : throw Malformed(start, "0 or 1", $"{value}");
    }

    private Bounds<T> ReadBounds<T>(ReadBound<T> read)
        where T : struct, IComparable<T>
    {
        var start = _source.Position;
        var which = _source.ReadByte("bounds");
        if (which > FilterFormat.AllBounds)
            throw Malformed(start, $"bounds 0 to {FilterFormat.AllBounds}", $"{which}");
        return new Bounds<T>
        {
            GreaterThan = (which & FilterFormat.BoundGreaterThan) != 0 ? read(ref _source) : null,
            AtLeast = (which & FilterFormat.BoundAtLeast) != 0 ? read(ref _source) : null,
            LessThan = (which & FilterFormat.BoundLessThan) != 0 ? read(ref _source) : null,
            AtMost = (which & FilterFormat.BoundAtMost) != 0 ? read(ref _source) : null,
        };
    }

    private static Number ReadNumber(ref ByteReader source)
    {
        var start = source.Position;
        var nearest = source.ReadDouble("a number");
        var rest = source.ReadInt32("what is to be added to it");
        return Number.TryCompose(nearest, rest, out var number)
            ? number
            : throw Malformed(start, "a double and what an integer is greater by than the double nearest to it", $"{nearest} and {rest}");
    }

    private GeoPolygon ReadPolygon()
    {
        var rings = new GeoRing[_source.ReadCount("lines", 1, ModelLimits.PolygonPointsMax / GeoRing.PointsMin, FilterFormat.CountBytes)];
        var placesMax = ModelLimits.PolygonPointsMax;
        for (var i = 0; i < rings.Length; i++)
        {
            var places = new GeoPoint[_source.ReadCount("places", GeoRing.PointsMin, placesMax, FilterFormat.PlaceBytes)];
            for (var k = 0; k < places.Length; k++)
                places[k] = ReadPlace();
            rings[i] = new GeoRing(places);
            placesMax -= places.Length;
        }

        return new GeoPolygon(rings[0], rings[1..]);
    }

    private GeoPoint ReadPlace()
    {
        var start = _source.Position;
        var longitude = _source.ReadDouble("a longitude");
        var latitude = _source.ReadDouble("a latitude");
        return GeoPoint.TryCreate(longitude, latitude, out var place)
            ? place
            : throw Malformed(start, "a longitude from -180 to 180 and a latitude from -90 to 90", $"{longitude} and {latitude}");
    }

    private static MalformedOperationException Malformed(int offset, string expected, string found) => ByteReader.Malformed(offset, expected, found);

    private delegate T ReadBound<out T>(ref ByteReader source);
}
