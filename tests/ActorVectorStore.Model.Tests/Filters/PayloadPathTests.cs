using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class PayloadPathTests
{
    private static readonly Gen<string> Key = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 5],
        Gen.OneOf("", "a.b", "a[]", "[0]", "\"", "\\", "\\\"", " ", "caf\u00e9", "cafe\u0301", "\u96ea", "\ud83d\ude00", "\ud835\udc00", "_", "-", "0", "\u0915\u093f"));

    private static readonly Gen<string> Characters = Gen.OneOf(
        Gen.String[Gen.Char, 0, 12],
        Gen.OneOf("a", "b1", "_", ".", "[", "]", "[]", "[0]", "\"", "\\", "\"a.b\"", "0", " ", "\u00e9", "\ud800", "99999999999")
            .Array[0, 8].Select(parts => string.Concat(parts)));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("first_name-2", "first_name-2")]
    [InlineData("a.b.c", "a|b|c")]
    [InlineData("a[].b", "a|*|b")]
    [InlineData("a[0][12][]", "a|0|12|*")]
    [InlineData("a[007]", "a|7")]
    [InlineData("a[2147483647]", "a|2147483647")]
    [InlineData("0.1", "0|1")]
    [InlineData("\"a.b\".c", "a.b|c")]
    [InlineData("a.\"b[0]\"[1]", "a|b[0]|1")]
    [InlineData("\"\"", "")]
    [InlineData("\"say \\\"no\\\" \\\\ yes\"", "say \"no\" \\ yes")]
    [InlineData("stra\u00dfe.\u96ea.\ud835\udc00", "stra\u00dfe|\u96ea|\ud835\udc00")]
    public void Texts_and_their_steps(string text, string steps) => Assert.Equal(steps, Steps(PayloadPath.Parse(text)));

    [Theory]
    [InlineData("", "a key of letters, numbers, '_' and '-', or one in quotation marks", "the end")]
    [InlineData(".a", "a key of letters, numbers, '_' and '-', or one in quotation marks", "'.a' at position 0")]
    [InlineData("[0]", "a key of letters, numbers, '_' and '-', or one in quotation marks", "'[0]' at position 0")]
    [InlineData("a.", "a key of letters, numbers, '_' and '-', or one in quotation marks", "the end")]
    [InlineData("a..b", "a key of letters, numbers, '_' and '-', or one in quotation marks", "'.b' at position 2")]
    [InlineData("a b", "'.', '[' or the end", "' b' at position 1")]
    [InlineData("a]", "'.', '[' or the end", "']' at position 1")]
    [InlineData("a\"b\"", "'.', '[' or the end", "'\"b\"' at position 1")]
    [InlineData("a[", "']' or a position from 0 to 2147483647", "the end")]
    [InlineData("a[-1]", "']' or a position from 0 to 2147483647", "'-1]' at position 2")]
    [InlineData("a[2147483648]", "']' or a position from 0 to 2147483647", "'2147483648]' at position 2")]
    [InlineData("a[1b]", "']'", "'b]' at position 3")]
    [InlineData("\"a", "well-formed Unicode and a closing quotation mark", "the end")]
    [InlineData("\"a\\n\"", "'\"' or '\\' after '\\'", "'n\"' at position 3")]
    public void Refused_texts(string text, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(() => PayloadPath.Parse(text));
        Assert.Equal((expected, found), (error.Expected, error.Found));
        Assert.StartsWith("path '", error.Subject, StringComparison.Ordinal);
        Assert.False(PayloadPath.TryParse(text, null, out _));
    }

    [Fact]
    public void Length_and_steps_are_limited_on_both_sides()
    {
        PayloadPath.Parse(new string('a', ModelLimits.PathLengthMax));
        var tooLong = Assert.Throws<InvalidRequestException>(() => PayloadPath.Parse(new string('a', ModelLimits.PathLengthMax + 1)));
        Assert.Equal("at most 1024 characters", tooLong.Expected);
        PayloadPath.Parse("a" + string.Concat(Enumerable.Repeat("[]", ModelLimits.PathStepsMax - 1)));
        var tooDeep = Assert.Throws<InvalidRequestException>(() => PayloadPath.Parse("a" + string.Concat(Enumerable.Repeat("[0]", ModelLimits.PathStepsMax))));
        Assert.Equal(("path steps", "at most 64", "65"), (tooDeep.Subject, tooDeep.Expected, tooDeep.Found));
    }

    [Fact]
    public void Any_steps_have_a_text_that_reads_as_they_are() =>
        Gen.Select(Key, Gen.OneOf(Key.Select(key => "." + PathReader.TextOf(key)), Gen.Int[0, 300].Select(n => $"[{n}]"), Gen.Const("[]")).Array[0, 6])
            .Sample((first, rest) =>
            {
                var path = PayloadPath.Parse(PathReader.TextOf(first) + string.Concat(rest));
                Assert.Equal(first, path.Steps[0].Key);
                Assert.Equal(rest.Length + 1, path.Steps.Count);
                Assert.Equal(path, PayloadPath.Parse(path.ToString()));
                Assert.Equal(path.GetHashCode(), PayloadPath.Parse(path.ToString()).GetHashCode());
                Assert.Equal(first, Steps(PayloadPath.ToKey(first)));
            });

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_keeps_its_meaning() => Characters.Sample(text =>
    {
        if (!PayloadPath.TryParse(text, null, out var path))
        {
            Assert.Throws<InvalidRequestException>(() => PayloadPath.Parse(text));
            return;
        }

        Assert.Equal(PathStepKind.Key, path.Steps[0].Kind);
        Assert.Equal(path, PayloadPath.Parse(path.ToString()));
    });

    private static string Steps(PayloadPath path) => string.Join('|', path.Steps.Select(step => step.Kind switch
    {
        PathStepKind.Key => step.Key,
        PathStepKind.Element => $"{step.Index}",
        _ => "*",
    }));
}
