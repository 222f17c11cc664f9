using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>The description of an index: its rules and its bytes.</summary>
public sealed class PayloadIndexFormatTests
{
    private static readonly Gen<PayloadPath> Path =
        Gen.OneOf("a", "a.b", "items[].price", "\"x.y\"[3]", "\u00e9.\u6f22", "\"\\\"\"").Select(PayloadPath.Parse);

    private static readonly Gen<TextIndexOptions> Options = Gen.Select(
        Gen.Enum<TokenizerKind>().Where(kind => kind != TokenizerKind.None), Gen.Bool, Gen.Int[0, 9], Gen.Int[0, 9], (tokenizer, isLowercase, low, more) =>
            new TextIndexOptions(tokenizer, isLowercase, low == 0 ? null : low, more == 0 ? null : low + more));

    private static readonly Gen<PayloadIndex> Index = Gen.Select(
        Path, Gen.Enum<PayloadIndexKind>().Where(kind => kind != PayloadIndexKind.None), Options, (path, kind, options) =>
            new PayloadIndex(path, kind, kind == PayloadIndexKind.Text ? options : null));

    [Fact]
    public void Any_index_comes_back_equal_and_says_how_long_it_is() => Index.Sample(
        index =>
        {
            var bytes = new byte[PayloadIndexFormat.Size(index) + 3];
            var written = PayloadIndexFormat.Write(index, bytes);
            Assert.Equal(PayloadIndexFormat.Size(index), written);
            Assert.Equal(index, PayloadIndexFormat.Read(bytes, out var read));
            Assert.Equal(written, read);
            Assert.InRange(written, PayloadIndexFormat.FixedBytes, PayloadIndexFormat.BytesMax);
        },
        iter: 2_000);

    [Fact]
    public void Version_1_is_written_as_recorded()
    {
        var index = new PayloadIndex(PayloadPath.Parse("a[].\u00e9"), PayloadIndexKind.Text, new TextIndexOptions(TokenizerKind.Prefix, true, 2, 20));
        var bytes = new byte[PayloadIndexFormat.Size(index)];
        PayloadIndexFormat.Write(index, bytes);
        Assert.Equal("01080600030100000200000014000000615B5D2EC3A9", Convert.ToHexString(bytes));
        Assert.Equal(index, PayloadIndexFormat.Read(bytes, out _));
    }

    [Fact]
    public void Changed_or_cut_bytes_are_another_index_or_are_refused_and_there_is_one_encoding_of_each() =>
        Gen.Select(Index, Gen.Int[0, 60], Gen.Byte, Gen.Bool).Sample(
            (index, at, value, isCut) =>
            {
                var bytes = new byte[PayloadIndexFormat.Size(index)];
                PayloadIndexFormat.Write(index, bytes);
                if (isCut)
                    bytes = bytes[..(at % bytes.Length)];
                else
                    bytes[at % bytes.Length] = value;
                try
                {
                    var other = PayloadIndexFormat.Read(bytes, out var read);
                    var again = new byte[PayloadIndexFormat.Size(other)];
                    PayloadIndexFormat.Write(other, again);
                    Assert.Equal(bytes[..read], again);
                }
                catch (MalformedOperationException e)
                {
                    Assert.InRange(e.Offset, 0, bytes.Length);
                    Assert.NotEqual(e.Expected, e.Found);
                }
                catch (UnsupportedOperationException)
                {
                    Assert.True(bytes[0] > PayloadIndexFormat.Version);
                }
            },
            iter: 20_000);

    [Fact]
    public void Options_belong_to_a_text_index_and_have_bounds()
    {
        var path = PayloadPath.Parse("a");
        Assert.Equal(TextIndexOptions.Default, new PayloadIndex(path, PayloadIndexKind.Text).TextOptions);
        Assert.Throws<InvalidRequestException>(() => new PayloadIndex(path, PayloadIndexKind.Keyword, TextIndexOptions.Default));
        Assert.Throws<InvalidRequestException>(() => new PayloadIndex(path, PayloadIndexKind.None));
        Assert.Throws<InvalidRequestException>(() => new PayloadIndex(path, (PayloadIndexKind)9));
        Assert.Throws<InvalidRequestException>(() => new PayloadIndex(PayloadPath.ToKey(new string('x', 2_000)), PayloadIndexKind.Bool));
        Assert.Throws<InvalidRequestException>(() => new TextIndexOptions(TokenizerKind.None));
        Assert.Throws<InvalidRequestException>(() => new TextIndexOptions(TokenizerKind.Word, true, 0));
        var error = Assert.Throws<InvalidRequestException>(() => new TextIndexOptions(TokenizerKind.Word, true, 5, 4));
        Assert.Equal("5 to 16384 characters", error.Expected);
    }

    [Fact]
    public void A_newer_version_is_told_as_such()
    {
        var bytes = new byte[17];
        PayloadIndexFormat.Write(new PayloadIndex(PayloadPath.Parse("a"), PayloadIndexKind.Bool), bytes);
        bytes[0] = 2;
        Assert.Equal(2, Assert.Throws<UnsupportedOperationException>(() => PayloadIndexFormat.Read(bytes, out _)).Found);
    }
}
