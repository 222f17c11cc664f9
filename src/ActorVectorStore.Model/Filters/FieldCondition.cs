namespace ActorVectorStore.Model;

/// <summary>A field of the payload and what its values must be. It holds if any value that the path leads to passes the test.</summary>
public sealed record FieldCondition : Condition
{
    /// <summary>Keeps the parts.</summary>
    public FieldCondition(PayloadPath path, FieldTest test)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(test);
        Path = path;
        Test = test;
    }

    /// <summary>Where the values are.</summary>
    public PayloadPath Path { get; }

    /// <summary>What they must be.</summary>
    public FieldTest Test { get; }

    internal override FilterExtent Extent => FilterExtent.OfPayloadCondition;
}
