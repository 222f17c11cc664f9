using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// A number of a payload or of a bound, compared exactly with any other: 2^53 + 1 is greater than 2^53, whether that is an integer or a double.
/// </summary>
/// <remarks>
/// Of a payload, a number that is written as an integer of 64 bits, with or without sign, is that integer; any other is the double nearest to it, so
/// that <c>0.1</c> equals the bound 0.1, <c>1.0</c> and <c>1e0</c> equal 1, and <c>1e400</c> is above every finite bound.
/// </remarks>
public readonly record struct Number : IComparable<Number>
{
    private const long ExactMax = 1L << 53;

    // The value is the sum of both. Rounding to the nearest double keeps order, so the doubles decide, and where they are equal the rests do.
    private readonly double _nearest;
    private readonly int _rest;

    private Number(double nearest, int rest)
    {
        _nearest = nearest;
        _rest = rest;
    }

    /// <summary>The double nearest to the value.</summary>
    internal double Nearest => _nearest;

    /// <summary>What is to be added to that double: not 0 only for integers beyond 2^53.</summary>
    internal int Rest => _rest;

    /// <summary>The number of an integer.</summary>
    public static Number From(long value) =>
        value is >= -ExactMax and <= ExactMax ? new Number(value, 0) : Split(value, value);

    /// <inheritdoc cref="From(long)" />
    public static Number From(ulong value) => value <= ExactMax ? new Number(value, 0) : Split(value, value);

    /// <summary>The number of a double; infinities are beyond all others.</summary>
    /// <exception cref="InvalidRequestException">It is not a number.</exception>
    public static Number From(double value) =>
        double.IsNaN(value) ? throw new InvalidRequestException("range", "a number", "NaN") : new Number(value, 0);

    /// <summary>The number that has these parts; false if none has.</summary>
    internal static bool TryCompose(double nearest, int rest, out Number number)
    {
        number = default;
        if (double.IsNaN(nearest))
            return false;
        if (rest == 0)
            number = new Number(nearest, 0);
        else if (Math.Abs(nearest) <= ulong.MaxValue)
            number = FromInteger((Int128)nearest + rest);
        return number._nearest == nearest && number._rest == rest;
    }

    /// <inheritdoc />
    public int CompareTo(Number other)
    {
        var byNearest = _nearest.CompareTo(other._nearest);
        return byNearest != 0 ? byNearest : _rest.CompareTo(other._rest);
    }

    /// <summary>Whether the first is smaller.</summary>
    public static bool operator <(Number left, Number right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first is smaller or equal.</summary>
    public static bool operator <=(Number left, Number right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first is greater.</summary>
    public static bool operator >(Number left, Number right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first is greater or equal.</summary>
    public static bool operator >=(Number left, Number right) => left.CompareTo(right) >= 0;

    /// <inheritdoc cref="From(long)" />
    public static implicit operator Number(int value) => new(value, 0);

    /// <inheritdoc cref="From(long)" />
    public static implicit operator Number(long value) => From(value);

    /// <inheritdoc cref="From(long)" />
    public static implicit operator Number(ulong value) => From(value);

    /// <inheritdoc cref="From(double)" />
    public static implicit operator Number(double value) => From(value);

    /// <summary>The value in decimal digits.</summary>
    public override string ToString() => _rest == 0
        ? _nearest.ToString(CultureInfo.InvariantCulture)
        : ((Int128)_nearest + _rest).ToString(CultureInfo.InvariantCulture);

    // The number 0 where the integer is none of 64 bits: it has no parts in common with one that has a rest.
    private static Number FromInteger(Int128 value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
            return From((long)value);
        return value > 0 && value <= ulong.MaxValue ? From((ulong)value) : default;
    }

    private static Number Split(Int128 value, double nearest) => new(nearest, (int)(value - (Int128)nearest));
}
