using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Scores as a textbook writes them, in double precision and one term after the other.</summary>
internal static class NaiveScore
{
    public static double Of(Distance distance, ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        double dot = 0, squares = 0, absolute = 0, queryLength = 0, vectorLength = 0;
        for (var i = 0; i < query.Length; i++)
        {
            dot += (double)query[i] * vector[i];
            squares += Math.Pow((double)query[i] - vector[i], 2);
            absolute += Math.Abs((double)query[i] - vector[i]);
            queryLength += Math.Pow(query[i], 2);
            vectorLength += Math.Pow(vector[i], 2);
        }

        var score = distance switch
        {
            Distance.Cosine => queryLength == 0 || vectorLength == 0 ? 0 : dot / Math.Sqrt(queryLength) / Math.Sqrt(vectorLength),
            Distance.Dot => dot,
            Distance.Euclid => Math.Sqrt(squares),
            _ => absolute,
        };
        return Math.Clamp(score, float.MinValue, float.MaxValue);
    }
}
