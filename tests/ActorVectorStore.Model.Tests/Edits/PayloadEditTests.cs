using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class PayloadEditTests
{
    [Theory]
    [InlineData("{}", "{}", null, "{}")]
    [InlineData("{}", """{"a":1.0,"b":"\u00e9"}""", null, """{"a":1.0,"b":"\u00e9"}""")]
    [InlineData("""{"c":1,"a":2}""", """{"b":3,"a":4}""", null, """{"c":1,"a":4,"b":3}""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":{"y":2}}""", null, """{"a":{"y":2}}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":null,"c":null}""", null, """{"b":2}""")]
    [InlineData("""{"\u0061":1}""", """{"a":1e0,"\u0062":2}""", null, """{"\u0061":1e0,"\u0062":2}""")]
    [InlineData("""{"a":{"x":1},"b":2}""", """{"y":2}""", "a", """{"a":{"x":1,"y":2},"b":2}""")]
    [InlineData("{}", """{"y":2}""", "a.b", """{"a":{"b":{"y":2}}}""")]
    [InlineData("""{"a":[1]}""", """{"y":2}""", "a.b", """{"a":{"b":{"y":2}}}""")]
    [InlineData("""{"a":7}""", """{"y":2,"z":null}""", "a", """{"a":{"y":2}}""")]
    [InlineData("""{"a":null}""", "{}", "a", """{"a":{}}""")]
    [InlineData("""{"a":[{"x":1},2,[]]}""", """{"y":2}""", "a[]", """{"a":[{"x":1,"y":2},{"y":2},{"y":2}]}""")]
    [InlineData("""{"a":[{"x":1},2]}""", """{"y":2}""", "a[1]", """{"a":[{"x":1},{"y":2}]}""")]
    [InlineData("""{"a":[{"x":1},2]}""", """{"y":2}""", "a[2]", """{"a":[{"x":1},2]}""")]
    [InlineData("""{"a":{}}""", """{"y":2}""", "a[0].b", """{"a":[]}""")]
    [InlineData("{}", """{"y":2}""", "a[]", """{"a":[]}""")]
    [InlineData("{}", """{"y":2}""", "\"\\\"\\\\\"", """{"\"\\":{"y":2}}""")]
    public void Merges_and_their_results(string payload, string patch, string? at, string expected) => Assert.Equal(
        expected, PayloadEdit.Merge(Payload.Parse(patch), at is null ? null : PayloadPath.Parse(at)).ApplyTo(Payload.Parse(payload)).ToString());

    [Theory]
    [InlineData("""{"a":1,"b":2}""", "a", """{"b":2}""")]
    [InlineData("""{"a":1}""", "a", "{}")]
    [InlineData("""{"a":{"b":1,"c":1.0}}""", "a.b", """{"a":{"c":1.0}}""")]
    [InlineData("""{"a":[{"b":1,"c":2},{"b":3},4]}""", "a[].b", """{"a":[{"c":2},{},4]}""")]
    [InlineData("""{"a":[1,2,3]}""", "a[0]", """{"a":[2,3]}""")]
    [InlineData("""{"a":[1,2,3]}""", "a[0] a[1]", """{"a":[3]}""")]
    [InlineData("""{"a":[1,2,3]}""", "a[]", """{"a":[]}""")]
    [InlineData("""{"a":[{"b":1},{"b":2,"c":3}]}""", "a[1].b a[].c", """{"a":[{"b":1},{}]}""")]
    [InlineData("""{"a":[[1,2],[3,4]]}""", "a[][0]", """{"a":[[2],[4]]}""")]
    [InlineData("""{"a":1,"b":{"c":2}}""", "x a.b b[0] b.c.d b[]", """{"a":1,"b":{"c":2}}""")]
    [InlineData("""{"\u0061":1,"\u0062":"\u00e9"}""", "a", """{"\u0062":"\u00e9"}""")]
    public void Removals_and_their_results(string payload, string paths, string expected) => Assert.Equal(
        expected, PayloadEdit.RemoveKeys([.. paths.Split(' ').Select(PayloadPath.Parse)]).ApplyTo(Payload.Parse(payload)).ToString());

    [Fact]
    public void Replacement_replaces_all() => Assert.Equal(
        "{\"b\":2}", PayloadEdit.ReplaceBy(Payload.Parse("{\"b\":2}")).ApplyTo(Payload.Parse("{\"a\":1}")).ToString());

    [Fact]
    public void Merges_are_those_of_the_twin() => Gen.Select(EditGens.Payload, EditGens.Payload, EditGens.Path.Null()).Sample(
        (payload, patch, at) => AssertIs(NodeEdits.Merge(payload, patch, at), PayloadEdit.Merge(patch, at).ApplyTo(payload)), iter: 5_000);

    [Fact]
    public void Removals_are_those_of_the_twin() => Gen.Select(EditGens.Payload, EditGens.Path.Array[0, 4]).Sample(
        (payload, paths) => AssertIs(NodeEdits.RemoveKeys(payload, paths), PayloadEdit.RemoveKeys(paths).ApplyTo(payload)), iter: 5_000);

    [Fact]
    public void What_is_not_touched_keeps_every_byte() => EditGens.Payload.Sample(payload =>
    {
        // A key that no generated payload has goes behind all others, and its removal brings back the same bytes.
        var added = PayloadEdit.Merge(Payload.Parse("{\"new\":[1.0]}")).ApplyTo(payload);
        Assert.Equal(payload.IsEmpty ? "{\"new\":[1.0]}" : $"{payload.ToString()[..^1]},\"new\":[1.0]}}", added.ToString());
        Assert.Equal(payload, PayloadEdit.RemoveKeys(PayloadPath.Parse("new")).ApplyTo(added));
    });

    [Fact]
    public void Edits_that_change_nothing_give_the_same_object() => EditGens.Payload.Sample(payload =>
    {
        Assert.Same(payload, PayloadEdit.Merge(Payload.Empty).ApplyTo(payload));
        Assert.Same(payload, PayloadEdit.Merge(Payload.Parse("{\"none\":null}")).ApplyTo(payload));
        Assert.Same(payload, PayloadEdit.RemoveKeys(PayloadPath.Parse("none"), PayloadPath.Parse("a.none[0]")).ApplyTo(payload));
        Assert.Same(payload, PayloadEdit.RemoveKeys().ApplyTo(payload));
        Assert.Same(payload, PayloadEdit.ReplaceBy(Payload.Parse(payload.ToString())).ApplyTo(payload));
    });

    [Fact]
    public void Bytes_are_limited_on_both_sides()
    {
        var payload = Text("a", ModelLimits.PayloadBytesMax / 2);
        var rest = ModelLimits.PayloadBytesMax - payload.Utf8.Length + 1;
        var fullest = PayloadEdit.Merge(Text("b", rest)).ApplyTo(payload);
        Assert.Equal(ModelLimits.PayloadBytesMax, fullest.Utf8.Length);
        Assert.Equal(payload, PayloadEdit.RemoveKeys(PayloadPath.Parse("b")).ApplyTo(fullest));
        Refused(() => PayloadEdit.Merge(Text("b", rest + 1)).ApplyTo(payload), $"at most {ModelLimits.PayloadBytesMax} bytes after the change");

        static Payload Text(string key, int bytes) => Payload.Parse($"{{\"{key}\":\"{new string('x', bytes - 8)}\"}}");
    }

    [Fact]
    public void A_merge_into_each_element_stops_at_the_limit_and_not_at_the_end()
    {
        var payload = Payload.Parse($"{{\"a\":[{string.Join(',', Enumerable.Repeat("0", 100_000))}]}}");
        var patch = Payload.Parse($"{{\"b\":\"{new string('x', 100_000)}\"}}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(() => PayloadEdit.Merge(patch, PayloadPath.Parse("a[]")).ApplyTo(payload), $"at most {ModelLimits.PayloadBytesMax} bytes after the change");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6L * ModelLimits.PayloadBytesMax);
    }

    [Fact]
    public void Depth_is_limited_on_both_sides()
    {
        // The patch is one level, and each key of the path one more.
        var deepest = string.Join('.', Enumerable.Repeat("a", ModelLimits.PayloadDepthMax - 1));
        var payload = PayloadEdit.Merge(Payload.Parse("{\"b\":1}"), PayloadPath.Parse(deepest)).ApplyTo(Payload.Empty);
        Assert.Equal(payload, Payload.Parse(payload.ToString()));
        Assert.Equal("{}", PayloadEdit.RemoveKeys(PayloadPath.Parse("a")).ApplyTo(payload).ToString());
        var expected = $"at most {ModelLimits.PayloadDepthMax} levels after the change";
        Refused(() => PayloadEdit.Merge(Payload.Parse("{\"b\":1}"), PayloadPath.Parse(deepest + ".a")).ApplyTo(payload), expected);
        Refused(() => PayloadEdit.Merge(Payload.Parse("{\"b\":[]}"), PayloadPath.Parse(deepest)).ApplyTo(payload), expected);
    }

    [Fact]
    public void Half_a_character_in_a_key_of_stored_bytes_is_refused()
    {
        Assert.True(Payload.TryVerify(Encoding.UTF8.GetBytes("{\"\\ud800\":1}"), out var broken));
        var sound = Payload.Parse("{\"a\":1}");
        Refused(() => PayloadEdit.Merge(sound).ApplyTo(broken), "escapes of whole characters");
        Refused(() => PayloadEdit.Merge(broken).ApplyTo(sound), "escapes of whole characters");
        Refused(() => PayloadEdit.RemoveKeys(PayloadPath.Parse("a")).ApplyTo(broken), "escapes of whole characters");
    }

    [Fact]
    public void Operations_make_the_edits_that_they_say()
    {
        var all = new PointsMatching(new Filter());
        var payload = Payload.Parse("{\"a\":{\"b\":1},\"c\":2}");
        var patch = Payload.Parse("{\"d\":3}");
        Assert.Equal("{\"a\":{\"b\":1},\"c\":2,\"d\":3}", Result(new SetPayload(all, patch)));
        Assert.Equal("{\"a\":{\"b\":1,\"d\":3},\"c\":2}", Result(new SetPayload(all, patch, PayloadPath.Parse("a"))));
        Assert.Equal("{\"d\":3}", Result(new OverwritePayload(all, patch)));
        Assert.Equal("{\"a\":{}}", Result(new DeletePayloadKeys(all, [PayloadPath.Parse("a.b"), PayloadPath.Parse("c")])));
        Assert.Equal("{}", Result(new ClearPayload(all)));

        string Result(PayloadOperation operation) => operation.ToEdit().ApplyTo(payload).ToString();
    }

    private static void AssertIs(JsonObject expected, Payload actual)
    {
        Assert.Equal(NodeEdits.Canonical(expected), NodeEdits.Canonical(NodeEdits.Parse(actual)));
        Assert.Equal(actual, Payload.Parse(actual.ToString()));
    }

    private static void Refused(Func<Payload> edit, string expected)
    {
        var error = Assert.Throws<InvalidRequestException>(edit);
        Assert.Equal(("payload", expected), (error.Subject, error.Expected));
    }
}
