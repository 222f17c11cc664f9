using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Scores and similarities, of which higher ones are always better: cosine and inner product as they are, the negative square of a Euclidean distance, the negative Manhattan distance. In
/// double precision, where the square of a float is exact, so that a score comes back as it went.
/// </summary>
internal static class SimilarityScale
{
    public static double OfScore(Distance distance, double score) => distance switch
    {
        Distance.Euclid => -(score * score),
        Distance.Manhattan => -score,
        _ => score,
    };

    public static double ToScore(Distance distance, double similarity) => distance switch
    {
        Distance.Euclid => Math.Sqrt(0 - similarity),
        Distance.Manhattan => 0 - similarity,
        _ => similarity,
    };
}
