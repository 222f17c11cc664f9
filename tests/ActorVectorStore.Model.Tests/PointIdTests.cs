using System.Globalization;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class PointIdTests
{
    [Fact]
    public void Text_reads_back_as_the_same_id() =>
        IdGens.Id.Sample(id => PointId.Parse(id.ToString()) == id && PointId.TryParse(id.ToString(), out var again) && again == id);

    [Fact]
    public void Span_formatting_writes_the_same_text_and_refuses_a_short_target() => IdGens.Id.Sample(id =>
    {
        Span<char> target = stackalloc char[36];
        Assert.True(id.TryFormat(target, out var written, default, null));
        Assert.Equal(id.ToString(), target[..written].ToString());
        Assert.Equal(id.ToString(), $"{id:anything}");
        Assert.False(id.TryFormat(target[..(written - 1)], out _, default, null));
    });

    [Fact]
    public void Order_is_total_and_agrees_with_equality_and_the_operators() => Gen.Select(IdGens.Id, IdGens.Id).Sample((a, b) =>
    {
        var order = Math.Sign(a.CompareTo(b));
        Assert.Equal(-order, Math.Sign(b.CompareTo(a)));
        Assert.Equal(order == 0, a == b);
        Assert.Equal((order < 0, order <= 0, order > 0, order >= 0), (a < b, a <= b, a > b, a >= b));
        Assert.True(a != b || a.GetHashCode() == b.GetHashCode());
    });

    [Fact]
    public void Order_is_transitive() => Gen.Select(IdGens.Id, IdGens.Id, IdGens.Id).Sample((a, b, c) =>
    {
        PointId[] sorted = [a, b, c];
        Array.Sort(sorted);
        return sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2];
    });

    [Fact]
    public void Numbers_come_first_in_order_of_their_value_then_uuids_in_order_of_their_text()
    {
        Gen.Select(Gen.ULong, Gen.ULong).Sample((a, b) => PointId.FromNumber(a).CompareTo(PointId.FromNumber(b)) == a.CompareTo(b));
        Gen.Select(IdGens.UuidId, IdGens.UuidId).Sample((a, b) =>
            Math.Sign(a.CompareTo(b)) == Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString())));
        Gen.Select(IdGens.NumberId, IdGens.UuidId).Sample((number, uuid) => number < uuid);
    }

    [Fact]
    public void The_default_id_is_the_number_zero()
    {
        Assert.Equal(PointId.FromNumber(0), default);
        Assert.Equal("0", default(PointId).ToString());
        Assert.NotEqual(PointId.FromUuid(Guid.Empty), default);
    }

    [Fact]
    public void A_uuid_keeps_its_guid_and_a_number_its_value()
    {
        Gen.Guid.Sample(guid => PointId.FromUuid(guid).Uuid == guid && PointId.FromUuid(guid).IsUuid);
        Gen.ULong.Sample(number => PointId.FromNumber(number).Number == number && !PointId.FromNumber(number).IsUuid);
        Assert.Throws<InvalidOperationException>(() => PointId.FromUuid(Guid.Empty).Number);
        Assert.Throws<InvalidOperationException>(() => PointId.FromNumber(1).Uuid);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("6FA459EA-EE8A-3CA4-894E-DB77E160355E", "6fa459ea-ee8a-3ca4-894e-db77e160355e")]
    [InlineData("6fa459eaee8a3ca4894edb77e160355e", "6fa459ea-ee8a-3ca4-894e-db77e160355e")]
    [InlineData("urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e", "6fa459ea-ee8a-3ca4-894e-db77e160355e")]
    public void Accepted_spellings(string text, string canonical) => Assert.Equal(canonical, PointId.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("007")]
    [InlineData("1.0")]
    [InlineData("\u0661")]
    [InlineData("18446744073709551616")]
    [InlineData("{6fa459ea-ee8a-3ca4-894e-db77e160355e}")]
    [InlineData(" 6fa459ea-ee8a-3ca4-894e-db77e160355e")]
    [InlineData("6fa459ea-ee8a-3ca4-894e-db77e160355")]
    [InlineData("6fa459ea-ee8a-3ca4-894e-db77e160355g")]
    [InlineData("6fa459ea-ee8a3-ca4-894e-db77e160355e")]
    [InlineData("+fa459ea-ee8a-3ca4-894e-db77e160355e")]
    [InlineData("urn:uuid:6fa459eaee8a3ca4894edb77e160355e")]
    [InlineData("urn:uuid:1")]
    public void Refused_spellings(string text)
    {
        Assert.False(PointId.TryParse(text, out _));
        var error = Assert.Throws<InvalidRequestException>(() => PointId.Parse(text));
        Assert.Contains("decimal number", error.Expected, StringComparison.Ordinal);
        Assert.Contains(text, error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_form_reads_back_and_no_part_of_it_does() => IdGens.Id.Sample(id =>
    {
        Span<byte> target = stackalloc byte[PointIdFormat.BytesMax];
        var length = PointIdFormat.Write(id, target);
        Assert.Equal(PointIdFormat.Size(id), length);
        Assert.Equal(length, PointIdFormat.Read(target[..length], out var again));
        Assert.Equal(id, again);
        for (var cut = 0; cut < length; cut++)
            Assert.Equal(0, PointIdFormat.Read(target[..cut], out _));
    });

    [Fact]
    public void Stored_form_of_the_reserved_and_unknown_kinds_is_refused()
    {
        Assert.Equal(0, PointIdFormat.Read(new byte[PointIdFormat.BytesMax], out _));
        Assert.Equal(0, PointIdFormat.Read([3, .. new byte[16]], out _));
    }

    [Fact]
    public void Text_of_a_number_does_not_depend_on_the_provider() =>
        Assert.Equal("1234567", PointId.FromNumber(1234567).ToString("N", new NumberFormatInfo { NumberGroupSeparator = "." }));
}
