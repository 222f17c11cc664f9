using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class PayloadTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" { } ", "{}")]
    [InlineData("null", "{}")]
    [InlineData(" null\n", "{}")]
    [InlineData("{ \"b\" : 1 , \"a\" : [ 1 , { \"x\" : null } , [ ] , { } ] }", "{\"b\":1,\"a\":[1,{\"x\":null},[],{}]}")]
    [InlineData("{\"n\":[1.0, -0, 1e400, 12345678901234567890123]}", "{\"n\":[1.0,-0,1e400,12345678901234567890123]}")]
    [InlineData("{\"s\" : \"a \\u00e9\\n\\\" b\", \"\\u0061\" : true}", "{\"s\":\"a \\u00e9\\n\\\" b\",\"\\u0061\":true}")]
    [InlineData("{\"a\":{\"k\":1},\"b\":{\"k\":2},\"c\":[{\"k\":1},{\"k\":2}]}", "{\"a\":{\"k\":1},\"b\":{\"k\":2},\"c\":[{\"k\":1},{\"k\":2}]}")]
    [InlineData("{\"\":\"\",\"a\":1,\"A\":2}", "{\"\":\"\",\"a\":1,\"A\":2}")]
    public void White_space_goes_and_everything_else_stays(string json, string kept)
    {
        Assert.Equal(kept, Payload.Parse(json).ToString());
        Assert.Equal(kept, Payload.Parse(Encoding.UTF8.GetBytes(json)).ToString());
        using var document = JsonDocument.Parse(json);
        Assert.Equal(kept, Payload.From(document.RootElement).ToString());
    }

    [Theory]
    [InlineData("", "a fault in line 1")]
    [InlineData("[]", "StartArray")]
    [InlineData("1", "Number")]
    [InlineData("\"text\"", "String")]
    [InlineData("{", "a fault in line 1")]
    [InlineData("{}{}", "a fault in line 1")]
    [InlineData("null 1", "a fault in line 1")]
    [InlineData("{\"a\":1,}", "a fault in line 1")]
    [InlineData("{\"a\":01}", "a fault in line 1")]
    [InlineData("{\"a\":NaN}", "a fault in line 1")]
    [InlineData("{/*c*/}", "a fault in line 1")]
    [InlineData("{\n\"a\" 1}", "a fault in line 2, byte 5")]
    [InlineData("{\"a\":1,\"b\":2,\"a\":3}", "key 'a' twice")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "key 'a' twice")]
    [InlineData("{\"o\":[{\"k\":1,\"k\":1}]}", "key 'k' twice")]
    [InlineData("{\"a\":{\"k\":1},\"b\":[],\"a\":2}", "key 'a' twice")]
    [InlineData("{\"a\":\"\\ud800\"}", "lone surrogate")]
    [InlineData("{\"\\udc00\":1}", "lone surrogate")]
    public void Refused_texts(string json, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(() => Payload.Parse(json));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Equal("payload", error.Subject);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        Assert.Throws<InvalidRequestException>(() => Payload.Parse([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']));
        Assert.Throws<InvalidRequestException>(() => Payload.Parse("{\"a\":\"\ud800\"}"));
    }

    [Fact]
    public void Depth_is_limited_on_both_sides()
    {
        var deepest = Nested(ModelLimits.PayloadDepthMax);
        Assert.Equal(deepest, Payload.Parse(deepest).ToString());
        Assert.Throws<InvalidRequestException>(() => Payload.Parse(Nested(ModelLimits.PayloadDepthMax + 1)));
    }

    [Fact]
    public void Bytes_are_limited_on_both_sides_without_counting_white_space()
    {
        var largest = $"{{\"a\":\"{new string('x', ModelLimits.PayloadBytesMax - 8)}\"}}";
        Assert.Equal(ModelLimits.PayloadBytesMax, Payload.Parse(largest).Utf8.Length);
        Assert.Equal(ModelLimits.PayloadBytesMax, Payload.Parse(" \n" + largest + " ").Utf8.Length);
        var error = Assert.Throws<InvalidRequestException>(() => Payload.Parse(largest.Replace("x\"", "xx\"", StringComparison.Ordinal)));
        Assert.Contains($"{ModelLimits.PayloadBytesMax} bytes", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_spelling_of_no_payload_is_the_empty_one()
    {
        Assert.Same(Payload.Empty, Payload.Parse("{ }"));
        Assert.Same(Payload.Empty, Payload.Parse("null"));
        Assert.Same(Payload.Empty, Payload.From((JsonObject?)null));
        Assert.Same(Payload.Empty, Payload.From(default(JsonElement)));
        Assert.Same(Payload.Empty, new Point(default, new float[1]).Payload);
        Assert.True(Payload.Empty.IsEmpty);
    }

    [Fact]
    public void An_object_built_in_memory_keeps_its_content()
    {
        var built = new JsonObject { ["title"] = "snow \u2603", ["tags"] = new JsonArray(1, null, true) };
        var payload = Payload.From(built);
        built["title"] = "changed later";
        var element = payload.ToElement();
        Assert.Equal("snow \u2603", element.GetProperty("title").GetString());
        Assert.Equal(3, element.GetProperty("tags").GetArrayLength());
    }

    [Fact]
    public void Normal_form_is_a_fixed_point_and_means_the_same_to_a_parser() => Gens.Payload.Sample(payload =>
    {
        Assert.Equal(payload, Payload.Parse(payload.Utf8.Span));
        Assert.Equal(payload.GetHashCode(), Payload.Parse(payload.ToString()).GetHashCode());
        Assert.True(Payload.TryVerify(payload.Utf8, out var verified));
        Assert.Equal(payload, verified);
        Assert.Equal(payload, Payload.FromVerified(payload.Utf8));
        using var document = JsonDocument.Parse(payload.Utf8);
        using var indented = new MemoryStream();
        using (var writer = new Utf8JsonWriter(indented, new JsonWriterOptions { Indented = true }))
            document.RootElement.WriteTo(writer);
        Assert.True(JsonElement.DeepEquals(document.RootElement, Payload.Parse(indented.ToArray()).ToElement()));
    });

    [Fact]
    public void Parsing_agrees_with_the_framework_on_mutated_text() =>
        Gen.Select(Gens.Payload, Gen.Int[0, 1000], Gen.OneOf("{", "}", "\"", ",", ":", "[", "\\", "1", " ", "u", "\u2603", "e")).Sample((payload, at, with) =>
        {
            var text = payload.ToString();
            var mutated = string.Concat(text.AsSpan(0, at % text.Length), with, text.AsSpan((at % text.Length) + 1));
            Assert.Equal(FrameworkTakes(mutated), OursTakes(mutated));
        });

    private static bool OursTakes(string json)
    {
        try
        {
            _ = Payload.Parse(json);
            return true;
        }
        catch (InvalidRequestException)
        {
            return false;
        }
    }

    private static bool FrameworkTakes(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Nested(int levels) =>
        string.Concat("{\"a\":", new string('[', levels - 1), new string(']', levels - 1), "}");
}
