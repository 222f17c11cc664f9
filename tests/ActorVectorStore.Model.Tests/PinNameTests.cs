namespace ActorVectorStore.Model.Tests;

public sealed class PinNameTests
{
    [Theory]
    [InlineData("n")]
    [InlineData(" nightly/backup ")]
    [InlineData("\u2603\ud83d\ude00")]
    public void Any_text_without_control_characters_is_a_name(string text)
    {
        Assert.Equal(text, PinName.Parse(text).ToString());
        Assert.True(PinName.TryParse(text, null, out var name));
        Assert.Equal(PinName.Parse(text), name);
    }

    [Fact]
    public void Names_are_compared_code_unit_by_code_unit()
    {
        Assert.NotEqual(PinName.Parse("a"), PinName.Parse("A"));
        Assert.NotEqual(PinName.Parse("\u00e9"), PinName.Parse("e\u0301"));
    }

    [Fact]
    public void Length_is_limited_on_both_sides()
    {
        PinName.Parse(new string('x', ModelLimits.PinNameLengthMax));
        Refused(new string('x', ModelLimits.PinNameLengthMax + 1), "1 to 255 characters");
        Refused("", "1 to 255 characters");
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("\u0085")]
    public void Control_characters_are_refused(string text) => Refused(text, "well-formed Unicode without control characters");

    [Fact]
    public void Half_a_character_is_refused() => Refused("a\ud800", "well-formed Unicode without control characters");

    private static void Refused(string text, string expected)
    {
        Assert.Equal(("pin name", expected), (Error(text).Subject, Error(text).Expected));
        Assert.False(PinName.TryParse(text, null, out _));
    }

    private static InvalidRequestException Error(string text) => Assert.Throws<InvalidRequestException>(() => PinName.Parse(text));
}
