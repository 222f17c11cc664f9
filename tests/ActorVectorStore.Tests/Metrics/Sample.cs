namespace ActorVectorStore.Tests;

/// <summary>A measurement; its tags are "key=value key=value" in the order in which they were given.</summary>
internal sealed record Sample(string Name, double Value, string Tags);

internal static class SampleQueries
{
    /// <summary>The sum of an instrument's measurements that have all of these tags.</summary>
    public static double Sum(this IEnumerable<Sample> samples, string name, params string[] tags) => samples.Of(name, tags).Sum(sample => sample.Value);

    public static Sample[] Of(this IEnumerable<Sample> samples, string name, params string[] tags) =>
        [.. samples.Where(sample => sample.Name == "actorvectorstore." + name && tags.All(sample.Tags.Split(' ').Contains))];
}
