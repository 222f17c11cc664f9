namespace ActorVectorStore.Model;

/// <summary>One pass over a text that may name a moment; <see cref="Instant"/> has the grammar.</summary>
internal ref struct InstantReader(ReadOnlySpan<byte> utf8)
{
    private ReadOnlySpan<byte> _rest = utf8;

    /// <summary>Reads the whole text; false if it does not fit the grammar or the calendar.</summary>
    public bool TryRead(out long utcTicks)
    {
        if (!TryReadDate(out utcTicks))
            return false;
        if (_rest.IsEmpty)
            return true;
        if (!(Take((byte)'T') || Take((byte)'t') || Take((byte)' ')) || !TryReadTime(out var time))
            return false;
        utcTicks += time;
        if (_rest.IsEmpty)
            return true;
        Take((byte)' ');
        if (!TryReadOffset(out var offset))
            return false;
        utcTicks -= offset;
        return _rest.IsEmpty;
    }

    private bool TryReadDate(out long ticks)
    {
        ticks = 0;
        if (!TryReadDigits(4, out var year) || !Take((byte)'-') || !TryReadDigits(2, out var month) || !Take((byte)'-') || !TryReadDigits(2, out var day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        ticks = new DateTime(year, month, day).Ticks;
        return true;
    }

    private bool TryReadTime(out long ticks)
    {
        ticks = 0;
        if (!TryReadDigits(2, out var hour) || hour > 23 || !Take((byte)':') || !TryReadDigits(2, out var minute) || minute > 59)
            return false;
        ticks = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        if (!Take((byte)':'))
            return true;
        if (!TryReadDigits(2, out var second) || second > 60)
            return false;
        ticks += second * TimeSpan.TicksPerSecond;
        return !Take((byte)'.') || TryReadFraction(ref ticks);
    }

    private bool TryReadFraction(ref long ticks)
    {
        var count = 0;
        for (var unit = TimeSpan.TicksPerSecond / 10; count < _rest.Length && IsDigit(_rest[count]); count++, unit /= 10)
            ticks += (_rest[count] - '0') * unit;
        _rest = _rest[count..];
        return count > 0;
    }

    private bool TryReadOffset(out long ticks)
    {
        ticks = 0;
        if (Take((byte)'Z') || Take((byte)'z'))
            return true;
        if (_rest.SequenceEqual("UTC"u8))
        {
            _rest = default;
            return true;
        }

        var isWest = Take((byte)'-');
        if (!isWest && !Take((byte)'+'))
            return false;
        if (!TryReadDigits(2, out var hour) || hour > 23)
            return false;
        var minute = 0;
        if ((Take((byte)':') || !_rest.IsEmpty) && (!TryReadDigits(2, out minute) || minute > 59))
            return false;
        var east = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        ticks = isWest ? -east : east;
        return true;
    }

    private bool TryReadDigits(int count, out int value)
    {
        value = 0;
        if (_rest.Length < count)
            return false;
        foreach (var digit in _rest[..count])
        {
            if (!IsDigit(digit))
                return false;
            value = (value * 10) + (digit - '0');
        }

        _rest = _rest[count..];
        return true;
    }

    private bool Take(byte expected)
    {
        if (_rest.IsEmpty || _rest[0] != expected)
            return false;
        _rest = _rest[1..];
        return true;
    }

    private static bool IsDigit(byte character) => character is >= (byte)'0' and <= (byte)'9';
}
