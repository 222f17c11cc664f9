using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Demonstration;

/// <summary>The words of the demo and their vectors, from the program's resources.</summary>
internal sealed class DemoWords
{
    public const int Dimension = 100;

    private readonly Half[] _components;
    private readonly Dictionary<string, int> _rows;

    private DemoWords(string[] words, Half[] components)
    {
        (Words, _components) = (words, components);
        _rows = words.Select((word, row) => (word, row)).ToDictionary(pair => pair.word, pair => pair.row, StringComparer.Ordinal);
    }

    /// <summary>The words; a word's place is its point's id.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <exception cref="InvalidDataException">The resources do not belong together.</exception>
    public static DemoWords Load()
    {
        var words = new StreamReader(Open("words.txt")).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var stream = Open("words.f16");
        var components = new Half[stream.Length / 2];
        stream.ReadExactly(MemoryMarshal.AsBytes(components.AsSpan()));
        return components.Length == words.Length * Dimension
            ? new DemoWords(words, components)
            : throw new InvalidDataException($"Expected {words.Length} vectors of {Dimension} components, found {components.Length} components.");
    }

    /// <summary>The row of a word, or null.</summary>
    public int? RowOf(string word) => _rows.TryGetValue(word, out var row) ? row : null;

    public float[] Vector(int row)
    {
        var vector = new float[Dimension];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)_components[(row * Dimension) + i];
        }

        return vector;
    }

    public Point Point(int row) => new(PointId.FromNumber((ulong)row), Vector(row), Payload.Parse($$"""{"word":"{{Words[row]}}"}"""));

    private static Stream Open(string name) =>
        typeof(DemoWords).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"The resource {name} is missing.");
}
