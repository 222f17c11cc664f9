namespace ActorVectorStore.Model;

/// <summary>As it was when a pin was made.</summary>
/// <param name="Name">The pin.</param>
public sealed record AsOfPin(PinName Name) : AsOf
{
    /// <summary>The pin.</summary>
    public PinName Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));
}
