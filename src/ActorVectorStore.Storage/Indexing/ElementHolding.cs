namespace ActorVectorStore.Storage;

/// <summary>How an index holds an element.</summary>
internal enum ElementHolding
{
    /// <summary>Not at all: it is of another type of JSON than what the index holds.</summary>
    Foreign,

    /// <summary>Not at all, though it is of that type.</summary>
    None,

    /// <summary>Its key stands for others too.</summary>
    Inexact,

    /// <summary>Its key says all that the tests of its kind ask for.</summary>
    Exact,
}
