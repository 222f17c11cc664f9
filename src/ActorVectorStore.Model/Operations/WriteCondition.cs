namespace ActorVectorStore.Model;

/// <summary>
/// What must be so of a point for a <see cref="ConditionalUpsert"/> to write it: <see cref="IfAbsent"/>, <see cref="IfPresent"/>,
/// <see cref="IfVersion"/> or <see cref="IfMatches"/>; there are no others. Immutable, checked when it is made, equal to another that says the same.
/// </summary>
public abstract record WriteCondition
{
    private protected WriteCondition()
    {
    }

    /// <summary>Bytes of the condition behind its header; see <see cref="OperationFormat"/>.</summary>
    internal virtual long BodyBytes => 0;
}
