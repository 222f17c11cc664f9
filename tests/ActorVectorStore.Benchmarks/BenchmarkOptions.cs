namespace ActorVectorStore.Benchmarks;

/// <summary>How a run is done.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>Parent of the directories that the run creates and removes; its device is the one that is measured.</summary>
    public required string Directory { get; init; }

    /// <summary>Passes of each cell; figures are their medians.</summary>
    public required int Repetitions { get; init; }

    /// <summary>Measured time of a pass; a quarter of it more is warm-up.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>Only rows whose name contains one of these, in any case; empty for all.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Only these payload sizes, in bytes, in the append suite; empty for all.</summary>
    public required IReadOnlyList<int> Payloads { get; init; }

    /// <summary>Only these numbers of callers in the append suite; empty for all.</summary>
    public required IReadOnlyList<int> Callers { get; init; }

    /// <summary>Points of the storage suite; null for its own number.</summary>
    public required int? Points { get; init; }

    /// <summary>Components of a vector in the storage suite; null for its own number.</summary>
    public required int? Dimension { get; init; }

    /// <summary>A file whose vectors the storage suite takes; null for generated ones.</summary>
    public required string? Vectors { get; init; }

    /// <summary>Parent of the sets of vectors that searches are measured on; they stay there for the next run.</summary>
    public required string VectorSets { get; init; }

    /// <summary>Values of M that indexes are built with in the index suite.</summary>
    public required IReadOnlyList<int> Ms { get; init; }

    /// <summary>Values of ef_construct that indexes are built with in the index suite.</summary>
    public required IReadOnlyList<int> EfConstructs { get; init; }

    /// <summary>A PNG file for recall against queries a second, drawn by the index suite; null for none.</summary>
    public required string? Plot { get; init; }

    /// <summary>Collections of the collections suite; null for its own number.</summary>
    public required int? Collections { get; init; }

    /// <summary>The form that runs in seconds: every benchmark and every system, but too short to mean anything.</summary>
    public required bool Small { get; init; }

    public bool Includes(string name) => Only.Count == 0 || Only.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
