using System.Globalization;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>The field that filters ask for: a keyword whose values are as frequent as their names say; the rest is spread over sixteen others.</summary>
internal static class Category
{
    private const int Slots = 1_000;
    private const int Others = 16;
    private const ulong Salt = 3;

    /// <summary>Those that are asked for, and which part of all points has them.</summary>
    public static IReadOnlyList<(string Name, double Part)> Measured { get; } =
        [("half", 0.5), ("tenth", 0.1), ("hundredth", 0.01), ("thousandth", 0.001)];

    /// <summary>The category of a point; its version does not matter.</summary>
    public static string Of(int number) => (int)(SeededRandom.Mix(Salt, (ulong)number) % Slots) switch
    {
        < 500 => Measured[0].Name,
        < 600 => Measured[1].Name,
        < 610 => Measured[2].Name,
        610 => Measured[3].Name,
        var slot => string.Create(CultureInfo.InvariantCulture, $"other-{slot % Others}"),
    };
}
