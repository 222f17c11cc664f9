namespace ActorVectorStore.Testing;

/// <summary>On which side of an operation the power goes off.</summary>
public enum CrashMoment
{
    /// <summary>The operation has no effect at all.</summary>
    Before,

    /// <summary>The operation has its whole effect, but its caller never hears of it.</summary>
    After,
}
