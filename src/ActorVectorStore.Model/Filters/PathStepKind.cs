namespace ActorVectorStore.Model;

/// <summary>Where a step of a <see cref="PayloadPath"/> leads to.</summary>
public enum PathStepKind
{
    /// <summary>No step; no path has one.</summary>
    None = 0,

    /// <summary>The value of a key of an object.</summary>
    Key,

    /// <summary>One element of an array.</summary>
    Element,

    /// <summary>Each element of an array.</summary>
    Elements,
}
