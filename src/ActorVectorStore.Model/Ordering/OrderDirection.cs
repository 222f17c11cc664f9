namespace ActorVectorStore.Model;

/// <summary>Which values of an <see cref="OrderBy"/> come first.</summary>
public enum OrderDirection
{
    /// <summary>The smallest, or the earliest.</summary>
    Ascending = 0,

    /// <summary>The greatest, or the latest.</summary>
    Descending = 1,
}
