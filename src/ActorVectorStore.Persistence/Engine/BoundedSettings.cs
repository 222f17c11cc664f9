using Akka.Configuration;

namespace ActorVectorStore.Persistence;

/// <summary>Reads settings and refuses values outside their bounds with the key's full path.</summary>
internal static class BoundedSettings
{
    public static int Bytes(this Config section, string path, string key, int minimum, int maximum) =>
        (int)Require(path, key, section.GetByteSize(key) ?? throw Missing(path, key), minimum, maximum);

    public static int Number(this Config section, string path, string key, int minimum, int maximum) =>
        (int)Require(path, key, section.GetLong(key, long.MinValue), minimum, maximum);

    public static TimeSpan Duration(this Config section, string path, string key, TimeSpan minimum)
    {
        var value = section.GetTimeSpan(key, TimeSpan.MinValue);
        return value >= minimum
            ? value
            : throw new ConfigurationException($"{path}.{key} must be at least {minimum}; found {value}.");
    }

    private static long Require(string path, string key, long value, long minimum, long maximum) =>
        value >= minimum && value <= maximum
            ? value
            : throw new ConfigurationException($"{path}.{key} must be between {minimum} and {maximum}; found {value}.");

    private static ConfigurationException Missing(string path, string key) => new($"{path}.{key} is missing.");
}
