namespace ActorVectorStore.Model;

/// <summary>
/// What a point must be to qualify, or not to: a <see cref="Filter"/>, <see cref="FieldCondition"/>, <see cref="NestedCondition"/>,
/// <see cref="HasIdCondition"/> or <see cref="HasVectorCondition"/>; there are no others. Immutable, checked when it is made, and equal to another
/// that says the same in the same order.
/// </summary>
public abstract record Condition
{
    private protected Condition()
    {
    }

    internal abstract FilterExtent Extent { get; }
}
