namespace ActorVectorStore.Model;

/// <summary>Up to four bounds that a value must keep, each of them or none. Bounds that exclude each other are allowed, and hold nothing.</summary>
/// <typeparam name="T">What is bounded.</typeparam>
public sealed record Bounds<T>
    where T : struct, IComparable<T>
{
    /// <summary>Greatest value that is too small; null for none.</summary>
    public T? GreaterThan { get; init; }

    /// <summary>Smallest value inside; null for none.</summary>
    public T? AtLeast { get; init; }

    /// <summary>Smallest value that is too great; null for none.</summary>
    public T? LessThan { get; init; }

    /// <summary>Greatest value inside; null for none.</summary>
    public T? AtMost { get; init; }

    /// <summary>Whether a value keeps all bounds.</summary>
    public bool Contain(T value) =>
        (GreaterThan is not { } above || value.CompareTo(above) > 0)
        && (AtLeast is not { } low || value.CompareTo(low) >= 0)
        && (LessThan is not { } below || value.CompareTo(below) < 0)
        && (AtMost is not { } high || value.CompareTo(high) <= 0);
}
