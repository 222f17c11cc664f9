namespace ActorVectorStore.Model;

/// <summary>The writing half of <see cref="FilterFormat"/>. Its twin is <see cref="FilterReader"/>.</summary>
internal ref struct FilterWriter
{
    private ByteWriter _target;

    private FilterWriter(Span<byte> target) => _target = new ByteWriter(target);

    /// <summary>Writes a filter.</summary>
    public static void Write(Filter filter, ref ByteWriter target)
    {
        var size = (int)FilterFormat.Size(filter);
        var writer = new FilterWriter(target.Take(size));
        // The version is the low byte of a word whose other three bytes are the reserve.
        writer._target.WriteUInt32(FilterFormat.Version);
        writer._target.WriteCount(size);
        writer.WriteClauses(filter);
        writer.RequireEnd(size);
    }

    /// <summary>Writes a path.</summary>
    public static void Write(PayloadPath path, ref ByteWriter target)
    {
        target.WriteByte((byte)path.Steps.Count);
        foreach (var step in path.Steps)
            Write(step, ref target);
    }

    private readonly void RequireEnd(int size)
    {
        if (_target.Position != size)
            throw new InvalidOperationException($"A filter of {size} bytes was written with {_target.Position}.");
    }

    private void WriteClauses(Filter filter)
    {
        var enough = filter.MinShould?.Conditions ?? [];
        _target.WriteUInt16((ushort)filter.Must.Count);
        _target.WriteUInt16((ushort)filter.MustNot.Count);
        _target.WriteUInt16((ushort)filter.Should.Count);
        _target.WriteUInt16((ushort)enough.Count);
        _target.WriteCount(filter.MinShould?.Count ?? 0);
        foreach (var condition in (IEnumerable<Condition>)[.. filter.Must, .. filter.MustNot, .. filter.Should, .. enough])
            WriteCondition(condition);
    }

    private void WriteCondition(Condition condition)
    {
        switch (condition)
        {
            case Filter filter:
                _target.WriteByte(FilterFormat.KindFilter);
                WriteClauses(filter);
                break;
            case FieldCondition field:
                _target.WriteByte(FilterFormat.KindField);
                Write(field.Path, ref _target);
                WriteTest(field.Test);
                break;
            case NestedCondition nested:
                _target.WriteByte(FilterFormat.KindNested);
                Write(nested.Path, ref _target);
                WriteClauses(nested.Filter);
                break;
            case HasIdCondition hasId:
                _target.WriteByte(FilterFormat.KindHasId);
                _target.WriteCount(hasId.Ids.Count);
                foreach (var id in hasId.Ids)
                    _target.WriteId(id);
                break;
            case HasVectorCondition hasVector:
                _target.WriteByte(FilterFormat.KindHasVector);
                _target.WriteText(hasVector.Name);
                break;
            default:
                throw new InvalidOperationException($"{condition.GetType().Name} has no kind in the format.");
        }
    }

    private void WriteTest(FieldTest test)
    {
        switch (test)
        {
            case MatchKeyword match:
                WriteTexts(FilterFormat.TestMatchKeyword, match.Values);
                break;
            case ExceptKeyword except:
                WriteTexts(FilterFormat.TestExceptKeyword, except.Values);
                break;
            case MatchInteger match:
                WriteIntegers(FilterFormat.TestMatchInteger, match.Values);
                break;
            case ExceptInteger except:
                WriteIntegers(FilterFormat.TestExceptInteger, except.Values);
                break;
            case MatchBool match:
                _target.WriteByte(FilterFormat.TestMatchBool);
                _target.WriteByte(match.Value ? (byte)1 : (byte)0);
                break;
            case MatchWords match:
                _target.WriteByte(FilterFormat.TestMatchWords);
                _target.WriteText(match.Text);
                break;
            case MatchPhrase match:
                _target.WriteByte(FilterFormat.TestMatchPhrase);
                _target.WriteText(match.Text);
                break;
            case NumberRange range:
                WriteBounds(FilterFormat.TestNumberRange, range.Bounds, Write);
                break;
            case TimeRange range:
                WriteBounds(FilterFormat.TestTimeRange, range.Bounds, static (Instant bound, ref ByteWriter target) => target.WriteInt64(bound.UtcTicks));
                break;
            case GeoArea area:
                WriteArea(area);
                break;
            case ValuesCount count:
                WriteBounds(FilterFormat.TestValuesCount, count.Bounds, static (int bound, ref ByteWriter target) => target.WriteInt32(bound));
                break;
            case IsEmpty:
                _target.WriteByte(FilterFormat.TestIsEmpty);
                break;
            case IsNull:
                _target.WriteByte(FilterFormat.TestIsNull);
                break;
            default:
                throw new InvalidOperationException($"{test.GetType().Name} has no kind in the format.");
        }
    }

    private void WriteArea(GeoArea area)
    {
        switch (area)
        {
            case GeoBox box:
                _target.WriteByte(FilterFormat.TestGeoBox);
                WritePlace(box.TopLeft);
                WritePlace(box.BottomRight);
                break;
            case GeoCircle circle:
                _target.WriteByte(FilterFormat.TestGeoCircle);
                WritePlace(circle.Center);
                _target.WriteDouble(circle.RadiusMeters);
                break;
            case GeoPolygon polygon:
                _target.WriteByte(FilterFormat.TestGeoPolygon);
                _target.WriteCount(1 + polygon.Holes.Count);
                WriteRing(polygon.Exterior);
                foreach (var hole in polygon.Holes)
                    WriteRing(hole);
                break;
            default:
                throw new InvalidOperationException($"{area.GetType().Name} has no kind in the format.");
        }
    }

    private void WriteTexts(byte kind, IReadOnlyList<string> values)
    {
        _target.WriteByte(kind);
        _target.WriteCount(values.Count);
        foreach (var value in values)
            _target.WriteText(value);
    }

    private void WriteIntegers(byte kind, IReadOnlyList<long> values)
    {
        _target.WriteByte(kind);
        _target.WriteCount(values.Count);
        foreach (var value in values)
            _target.WriteInt64(value);
    }

    private void WriteBounds<T>(byte kind, Bounds<T> bounds, WriteBound<T> write)
        where T : struct, IComparable<T>
    {
        _target.WriteByte(kind);
        _target.WriteByte((byte)(
            (bounds.GreaterThan is null ? 0 : FilterFormat.BoundGreaterThan) | (bounds.AtLeast is null ? 0 : FilterFormat.BoundAtLeast)
            | (bounds.LessThan is null ? 0 : FilterFormat.BoundLessThan) | (bounds.AtMost is null ? 0 : FilterFormat.BoundAtMost)));
        foreach (var bound in (ReadOnlySpan<T?>)[bounds.GreaterThan, bounds.AtLeast, bounds.LessThan, bounds.AtMost])
        {
            if (bound is { } value)
                write(value, ref _target);
        }
    }

    private void WriteRing(GeoRing ring)
    {
        _target.WriteCount(ring.Points.Count);
        foreach (var place in ring.Points)
            WritePlace(place);
    }

    private void WritePlace(GeoPoint place)
    {
        _target.WriteDouble(place.Longitude);
        _target.WriteDouble(place.Latitude);
    }

    private static void Write(Number bound, ref ByteWriter target)
    {
        target.WriteDouble(bound.Nearest);
        target.WriteInt32(bound.Rest);
    }

    private static void Write(PathStep step, ref ByteWriter target)
    {
        switch (step.Kind)
        {
            case PathStepKind.Key:
                target.WriteByte(FilterFormat.StepToKey);
                target.WriteText(step.Key);
                break;
            case PathStepKind.Element:
                target.WriteByte(FilterFormat.StepToElement);
                target.WriteInt32(step.Index);
                break;
            default:
                target.WriteByte(FilterFormat.StepToElements);
                break;
        }
    }

    private delegate void WriteBound<in T>(T bound, ref ByteWriter target);
}
