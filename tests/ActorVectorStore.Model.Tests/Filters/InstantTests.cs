using System.Globalization;
using System.Text;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class InstantTests
{
    [Theory]
    [InlineData("2024-02-29", "2024-02-29T00:00:00Z")]
    [InlineData("2024-02-29T13:05", "2024-02-29T13:05:00Z")]
    [InlineData("2024-02-29 13:05", "2024-02-29T13:05:00Z")]
    [InlineData("2024-02-29t13:05:07z", "2024-02-29T13:05:07Z")]
    [InlineData("2024-02-29T13:05:07.5Z", "2024-02-29T13:05:07.5Z")]
    [InlineData("2024-02-29T13:05:07.123456789Z", "2024-02-29T13:05:07.1234567Z")]
    [InlineData("2024-02-29T13:05:07+02:00", "2024-02-29T11:05:07Z")]
    [InlineData("2024-02-29T13:05:07-0230", "2024-02-29T15:35:07Z")]
    [InlineData("2024-02-29T13:05:07-23", "2024-03-01T12:05:07Z")]
    [InlineData("2024-02-29 13:05:07 UTC", "2024-02-29T13:05:07Z")]
    [InlineData("2024-02-29 13:05:07 +00:00", "2024-02-29T13:05:07Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("0001-01-01T00:00:00+01:00", "-36000000000 ticks")]
    public void Texts_and_their_moments(string text, string moment) => Assert.Equal(moment, Instant.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("2024")]
    [InlineData("2024-02")]
    [InlineData("2024-2-9")]
    [InlineData("2023-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-00-01")]
    [InlineData("0000-01-01")]
    [InlineData("2024-02-29Z")]
    [InlineData("2024-02-29T")]
    [InlineData("2024-02-29T24:00")]
    [InlineData("2024-02-29T13:60")]
    [InlineData("2024-02-29T13:05:61")]
    [InlineData("2024-02-29T13:05:07.")]
    [InlineData("2024-02-29T13:05:07,5")]
    [InlineData("2024-02-29T13:05 ")]
    [InlineData("2024-02-29T13:05  Z")]
    [InlineData("2024-02-29T13:05:07+2")]
    [InlineData("2024-02-29T13:05:07+24:00")]
    [InlineData("2024-02-29T13:05:07+02:")]
    [InlineData("2024-02-29T13:05:07+02:60")]
    [InlineData("2024-02-29T13:05:07+02:000")]
    [InlineData("2024-02-29T13:05:07ZZ")]
    [InlineData(" 2024-02-29")]
    [InlineData("\u0662024-02-29")]
    public void Texts_that_name_no_moment(string text)
    {
        Assert.Equal("time", Assert.Throws<InvalidRequestException>(() => Instant.Parse(text)).Subject);
        Assert.False(Instant.TryParse(Encoding.UTF8.GetBytes(text), out var none));
        Assert.Equal(default, none);
    }

    [Fact]
    public void What_the_framework_writes_is_the_moment_it_was() => Gen.Select(Gen.DateTimeOffset, Gen.OneOf("o", "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz")).Sample((time, format) =>
    {
        var text = time.ToString(format, CultureInfo.InvariantCulture);
        Assert.Equal(Instant.From(time), Instant.Parse(text));
        Assert.Equal(Instant.From(time), Instant.Parse(Instant.From(time).ToString()));
        Assert.Equal(time < DateTimeOffset.UnixEpoch, Instant.From(time) < Instant.From(DateTimeOffset.UnixEpoch));
        Assert.Equal(time.CompareTo(DateTimeOffset.UnixEpoch), Math.Sign(Instant.From(time).CompareTo(DateTimeOffset.UnixEpoch)));
    });

    [Fact]
    public void Any_bytes_are_read_or_refused() => Gen.Select(
        Gen.DateTimeOffset, Gen.Int[0, 40], Gen.Byte).Sample((time, at, with) =>
        {
            var bytes = Encoding.UTF8.GetBytes(time.ToString("o", CultureInfo.InvariantCulture));
            bytes[at % bytes.Length] = with;
            foreach (var part in new[] { bytes, bytes[..(at % bytes.Length)] })
            {
                if (!Instant.TryParse(part, out var moment))
                    Assert.Equal(default, moment);
            }
        });
}
