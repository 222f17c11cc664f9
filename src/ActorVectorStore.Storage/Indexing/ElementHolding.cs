namespace ActorVectorStore.Storage;

/// <summary>How an index holds an element.</summary>
internal enum ElementHolding
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Its key stands for others too.</summary>
    Inexact,

    /// <summary>Its key says all that the tests of its kind ask for.</summary>
    Exact,
}
