namespace ActorVectorStore.Model;

/// <summary>The value is a number inside the bounds. <see cref="Number"/> says how numbers compare: exactly, whatever their spelling.</summary>
/// <param name="Bounds">Without any bound every number passes.</param>
public sealed record NumberRange(Bounds<Number> Bounds) : FieldTest
{
    /// <summary>Without any bound every number passes.</summary>
    public Bounds<Number> Bounds { get; } = Bounds ?? throw new ArgumentNullException(nameof(Bounds));
}
