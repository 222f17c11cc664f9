namespace ActorVectorStore.Model;

/// <summary>Which parts of a point an answer carries besides its id and version.</summary>
[Flags]
public enum PointFields
{
    /// <summary>Only the id and the version.</summary>
    None = 0,

    /// <summary>The payload.</summary>
    Payload = 1,

    /// <summary>All vectors, as they are stored.</summary>
    Vector = 2,

    /// <summary>The payload and the vectors.</summary>
    All = Payload | Vector,
}
