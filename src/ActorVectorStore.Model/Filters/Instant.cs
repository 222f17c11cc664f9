using System.Globalization;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>A moment as payloads and bounds write it, to 100 nanoseconds; finer digits are cut off.</summary>
/// <remarks>
/// <b>Text.</b> <c>YYYY-MM-DD</c>, then optionally <c>T</c>, <c>t</c> or a space and <c>HH:MM</c> or <c>HH:MM:SS</c> or <c>HH:MM:SS.F</c> with any number of
/// digits, then optionally (a space and) <c>Z</c>, <c>z</c>, <c>UTC</c> or an offset <c>+HH:MM</c>, <c>+HHMM</c> or <c>+HH</c>. So RFC 3339 is taken, and
/// what is usual beside it. Without an offset the time is UTC; without a time it is the first moment of the day. The second 60 is the first of the
/// next minute. Years are 0001 to 9999.
/// </remarks>
/// <param name="UtcTicks">Steps of 100 nanoseconds since the year 1 began in UTC; an offset may lead a few hours before that.</param>
public readonly record struct Instant(long UtcTicks) : IComparable<Instant>
{
    /// <summary>The moment of a date and time.</summary>
    public static Instant From(DateTimeOffset time) => new(time.UtcTicks);

    /// <summary>Reads a text.</summary>
    /// <exception cref="InvalidRequestException">It names no moment.</exception>
    public static Instant Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(Encoding.UTF8.GetBytes(text), out var instant)
            ? instant
            : throw new InvalidRequestException("time", "a date and time as RFC 3339 writes it", Quotation.Of(text));
    }

    /// <summary>Reads a UTF-8 text; false if it names no moment. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Instant instant)
    {
        var isMoment = new InstantReader(utf8).TryRead(out var ticks);
        instant = isMoment ? new Instant(ticks) : default;
        return isMoment;
    }

    /// <inheritdoc />
    public int CompareTo(Instant other) => UtcTicks.CompareTo(other.UtcTicks);

    /// <summary>Whether the first is earlier.</summary>
    public static bool operator <(Instant left, Instant right) => left.UtcTicks < right.UtcTicks;

    /// <summary>Whether the first is earlier or the same.</summary>
    public static bool operator <=(Instant left, Instant right) => left.UtcTicks <= right.UtcTicks;

    /// <summary>Whether the first is later.</summary>
    public static bool operator >(Instant left, Instant right) => left.UtcTicks > right.UtcTicks;

    /// <summary>Whether the first is later or the same.</summary>
    public static bool operator >=(Instant left, Instant right) => left.UtcTicks >= right.UtcTicks;

    /// <inheritdoc cref="From" />
    public static implicit operator Instant(DateTimeOffset time) => From(time);

    /// <summary>The moment in UTC as RFC 3339 writes it, or its ticks where the year is beyond 1 to 9999.</summary>
    public override string ToString() => UtcTicks >= 0 && UtcTicks <= DateTime.MaxValue.Ticks
        ? new DateTime(UtcTicks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{UtcTicks} ticks");
}
