using System.Text.Json;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>Generators of payloads and paths over the same few keys, so that they often meet.</summary>
internal static class EditGens
{
    private static readonly Gen<string> Key = Gen.OneOf("a", "b", "c", "x.y", "\u00e9", "\"\n");

    private static readonly Gen<string> Leaf = Gen.OneOf(
        "0", "-0", "1.0", "1e400", "10e-1", "9007199254740993", "true", "null", "\"x\"", "\"\\u00e9\\/\"", "\"\u2603\"", "[]", "{}", "[null]", "\"{[,:]}\"");

    public static readonly Gen<Payload> Payload = Object(4).Select(Model.Payload.Parse);

    public static readonly Gen<PayloadPath> Path = Gen.Select(
        Key, Gen.OneOf(Key.Select(key => "." + PathReader.TextOf(key)), Gen.Int[0, 2].Select(n => $"[{n}]"), Gen.Const("[]")).Array[0, 3],
        (first, rest) => PayloadPath.Parse(PathReader.TextOf(first) + string.Concat(rest)));

    private static Gen<string> Object(int depth) => Gen.Select(Key, Gen.Bool, Value(depth - 1)).Array[0, 4].Select(
        members => $"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{Spell(member.Item1, member.Item2)}:{member.Item3}"))}}}");

    private static Gen<string> Value(int depth) => depth == 0
        ? Leaf
        : Gen.Frequency((2, Leaf), (2, Value(depth - 1).Array[0, 3].Select(items => $"[{string.Join(',', items)}]")), (3, Object(depth)));

    // The same key with all of its characters escaped, or with those that must be.
    private static string Spell(string key, bool isEscaped) => isEscaped
        ? $"\"{string.Concat(key.Select(character => $"\\u{(int)character:x4}"))}\""
        : JsonSerializer.Serialize(key);
}
