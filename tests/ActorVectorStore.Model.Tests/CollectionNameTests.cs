using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class CollectionNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Words 10k")]
    [InlineData("...")]
    [InlineData("-")]
    [InlineData("\u6F22\u5B57 \U0001F600 name")]
    [InlineData("con")]
    [InlineData("a%2Fb")]
    public void Accepted_names(string text)
    {
        Assert.Equal(text, CollectionName.Parse(text).ToString());
        Assert.True(CollectionName.TryParse(text, out var name) && name == CollectionName.Parse(text));
    }

    [Theory]
    [InlineData("", "1 to 255")]
    [InlineData(".", "other than")]
    [InlineData("..", "other than")]
    [InlineData("a/b", "none of")]
    [InlineData("a\\b", "none of")]
    [InlineData("C:", "none of")]
    [InlineData("a?", "none of")]
    [InlineData(" a", "white space")]
    [InlineData("a\u00a0", "white space")]
    [InlineData("a\nb", "control")]
    [InlineData("a\0", "control")]
    [InlineData("a\u0085b", "control")]
    public void Refused_names(string text, string expected)
    {
        Assert.False(CollectionName.TryParse(text, out _));
        var error = Assert.Throws<InvalidRequestException>(() => CollectionName.Parse(text));
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    // Not inline data: an attribute cannot carry half a character.
    [Fact]
    public void Halves_of_characters_are_refused()
    {
        foreach (var text in new[] { "a\ud800", "\ud800a", "\udc00\ud800", "\udc00" })
            Assert.Contains("well-formed", Assert.Throws<InvalidRequestException>(() => CollectionName.Parse(text)).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_is_limited_on_both_sides()
    {
        Assert.Equal(255, CollectionName.Parse(new string('x', 255)).Value.Length);
        Assert.Throws<InvalidRequestException>(() => CollectionName.Parse(new string('x', 256)));
    }

    [Fact]
    public void Case_pairs_and_normal_forms_are_different_collections_with_different_storage_names()
    {
        string[] names = ["words", "Words", "WORDS", "\u00e9", "e\u0301", "a b", "a_b", new string('x', 254), new string('x', 255)];
        var parsed = names.Select(CollectionName.Parse).ToArray();
        Assert.Equal(names.Length, parsed.ToHashSet().Count);
        Assert.Equal(names.Length, parsed.Select(name => name.StorageName).ToHashSet(StringComparer.OrdinalIgnoreCase).Count);
    }

    [Fact]
    public void Storage_names_are_short_plain_ascii_file_names() =>
        Gen.String[Gen.OneOf(Gen.Char.AlphaNumeric, Gen.OneOf('.', '_', '%', '\u00e9', '\u6F22')), 3, 255].Sample(text =>
        {
            var stored = CollectionName.Parse(text).StorageName;
            return stored.Length <= 65 && stored.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
        });

    [Theory]
    [InlineData("words", "words-dba36bffa5cab0f922d087a3aeb179f9")]
    [InlineData("\u6F22 A", "__a-82a274279b44c0ecc2fd68edeb52cd50")]
    public void Storage_names_never_change(string text, string stored) => Assert.Equal(stored, CollectionName.Parse(text).StorageName);

    [Fact]
    public void Order_is_ordinal_and_agrees_with_equality() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 3], Gen.String[Gen.Char.AlphaNumeric, 1, 3]).Sample((a, b) =>
        {
            var (left, right) = (CollectionName.Parse(a), CollectionName.Parse(b));
            var order = Math.Sign(string.CompareOrdinal(a, b));
            Assert.Equal(order, Math.Sign(left.CompareTo(right)));
            Assert.Equal((order < 0, order <= 0, order > 0, order >= 0), (left < right, left <= right, left > right, left >= right));
            Assert.Equal((order == 0, order != 0), (left == right, left != right));
        });
}
