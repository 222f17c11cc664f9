namespace ActorVectorStore.Model;

/// <summary>
/// How the likeness of two vectors is scored. The values are part of stored formats and never change; 0 is reserved.
/// <see cref="DistanceOrder"/> says which score is the better one.
/// </summary>
public enum Distance : byte
{
    /// <summary>Cosine of the angle, from -1 to 1; higher is better. A vector of length zero scores 0 against everything.</summary>
    Cosine = 1,

    /// <summary>Inner product, any finite number; higher is better. A score beyond the range of float is reported as the nearest finite float.</summary>
    Dot = 2,

    /// <summary>Length of the difference (not squared), from 0; lower is better. Beyond the range of float: the largest finite float.</summary>
    Euclid = 3,

    /// <summary>Sum of the components' absolute differences, from 0; lower is better. Beyond the range of float: the largest finite float.</summary>
    Manhattan = 4,
}
