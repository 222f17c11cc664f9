namespace ActorVectorStore.Model;

/// <summary>
/// The number of values: the length of an array (arrays inside it count as one), 0 for null, 1 for anything else. A field that is missing has no
/// number of values and never passes.
/// </summary>
/// <param name="Bounds">Without any bound every field that is there passes.</param>
public sealed record ValuesCount(Bounds<int> Bounds) : FieldTest
{
    /// <summary>Without any bound every field that is there passes.</summary>
    public Bounds<int> Bounds { get; } = Bounds ?? throw new ArgumentNullException(nameof(Bounds));
}
