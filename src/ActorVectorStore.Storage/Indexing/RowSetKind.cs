namespace ActorVectorStore.Storage;

/// <summary>
/// Sets of rows that every index keeps beside its terms or values. <i>Values</i> are what the path leads to; <i>elements</i> are the values, or those in them
/// where they are arrays. The values are stored and never change.
/// </summary>
internal enum RowSetKind
{
    /// <summary>Rows with a value.</summary>
    Present = 0,

    /// <summary>Rows with a value that is null.</summary>
    Null = 1,

    /// <summary>Rows with a value that is neither null nor an array without elements.</summary>
    NonEmpty = 2,

    /// <summary>Rows with a value that is an array.</summary>
    Array = 3,

    /// <summary>Rows with an element that is not null.</summary>
    Element = 4,

    /// <summary>Rows with several elements that are not null.</summary>
    Several = 5,

    /// <summary>Rows with an element that is not null and of another type of JSON than what the index holds.</summary>
    Foreign = 6,

    /// <summary>Rows with an element of the type that the index holds, which it does not hold all the same, or not exactly.</summary>
    Other = 7,
}
