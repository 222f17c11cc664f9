namespace ActorVectorStore.Model;

/// <summary>The value is a text that names a moment inside the bounds. <see cref="Instant"/> says which texts do.</summary>
/// <param name="Bounds">Without any bound every moment passes.</param>
public sealed record TimeRange(Bounds<Instant> Bounds) : FieldTest
{
    /// <summary>Without any bound every moment passes.</summary>
    public Bounds<Instant> Bounds { get; } = Bounds ?? throw new ArgumentNullException(nameof(Bounds));
}
