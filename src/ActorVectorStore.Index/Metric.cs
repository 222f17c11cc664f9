namespace ActorVectorStore.Index;

/// <summary>How vectors are compared. Everywhere in this room it is turned into a <i>cost</i>: lower is closer.</summary>
public enum Metric
{
    /// <summary>Cosine of the angle. Vectors are brought to length one first, and compared by the squared length of their difference, which orders them in the same way.</summary>
    Cosine = 0,

    /// <summary>Inner product; the cost is its negative.</summary>
    Dot = 1,

    /// <summary>Length of the difference; the cost is its square.</summary>
    Euclid = 2,

    /// <summary>Sum of the differences' magnitudes.</summary>
    Manhattan = 3,
}
