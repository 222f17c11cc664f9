using System.Text.Json.Nodes;

namespace ActorVectorStore.Model.Tests;

/// <summary>The dumb twin of <see cref="PayloadEdit"/>: a tree of nodes that is changed in place.</summary>
internal static class NodeEdits
{
    public static JsonObject Merge(Payload payload, Payload patch, PayloadPath? at)
    {
        var root = Parse(payload);
        return (JsonObject)Merged(root, at is null ? [] : [.. at.Steps], Parse(patch))!;
    }

    public static JsonObject RemoveKeys(Payload payload, IReadOnlyList<PayloadPath> paths)
    {
        var root = Parse(payload);
        var doomed = new List<(JsonNode Parent, object Place)>();
        foreach (var path in paths)
            Find(root, [.. path.Steps], doomed);
        foreach (var (parent, place) in doomed.Where(found => found.Place is string).Distinct())
            ((JsonObject)parent).Remove((string)place);
        // From the end, so that the positions before stay what they were.
        foreach (var (parent, place) in doomed.Where(found => found.Place is int).Distinct().OrderByDescending(found => (int)found.Place))
            ((JsonArray)parent).RemoveAt((int)place);
        return root;
    }

    /// <summary>A text that two values share if they have the same keys in the same order, the same texts and the same spelling of numbers.</summary>
    public static string Canonical(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => $"{{{string.Join(',', members.Select(member => $"{Quoted(member.Key)}:{Canonical(member.Value)}"))}}}",
        JsonArray elements => $"[{string.Join(',', elements.Select(Canonical))}]",
        JsonValue value when value.TryGetValue<string>(out var text) => Quoted(text),
        _ => node.ToJsonString(),
    };

    public static JsonObject Parse(Payload payload) => (JsonObject)JsonNode.Parse(payload.Utf8.Span)!;

    private static JsonNode? Merged(JsonNode? value, ReadOnlySpan<PathStep> steps, JsonObject patch)
    {
        if (steps.IsEmpty)
        {
            var target = value as JsonObject ?? [];
            foreach (var (key, replacement) in patch)
                Put(target, key, replacement?.DeepClone());
            return target;
        }

        if (steps[0].Kind == PathStepKind.Key)
        {
            var target = value as JsonObject ?? [];
            var inside = Merged(target[steps[0].Key], steps[1..], patch);
            if (!ReferenceEquals(inside, target[steps[0].Key]))
                target[steps[0].Key] = inside;
            return target;
        }

        var elements = value as JsonArray ?? [];
        for (var i = 0; i < elements.Count; i++)
        {
            if (steps[0].Kind == PathStepKind.Element && steps[0].Index != i)
                continue;
            var inside = Merged(elements[i], steps[1..], patch);
            if (!ReferenceEquals(inside, elements[i]))
                elements[i] = inside;
        }

        return elements;
    }

    private static void Put(JsonObject target, string key, JsonNode? value)
    {
        if (value is null)
            target.Remove(key);
        else
            target[key] = value;
    }

    private static void Find(JsonNode? value, ReadOnlySpan<PathStep> steps, List<(JsonNode Parent, object Place)> found)
    {
        var step = steps[0];
        foreach (var (place, inside) in Places(value, step))
        {
            if (steps.Length == 1)
                found.Add((value!, place));
            else
                Find(inside, steps[1..], found);
        }
    }

    private static IEnumerable<(object Place, JsonNode? Inside)> Places(JsonNode? value, PathStep step) => (value, step.Kind) switch
    {
        (JsonObject members, PathStepKind.Key) when members.ContainsKey(step.Key) => [(step.Key, members[step.Key])],
        (JsonArray elements, PathStepKind.Element) when step.Index < elements.Count => [(step.Index, elements[step.Index])],
        (JsonArray elements, PathStepKind.Elements) => [.. elements.Select((element, i) => ((object)i, element))],
        _ => [],
    };

    private static string Quoted(string text) => $"'{text}'";
}
