namespace ActorVectorStore.Model;

/// <summary>One step of a <see cref="PayloadPath"/>.</summary>
public readonly record struct PathStep
{
    private PathStep(PathStepKind kind, string key, int index) => (Kind, Key, Index) = (kind, key, index);

    /// <summary>Where it leads to.</summary>
    public PathStepKind Kind { get; }

    /// <summary>The key, if this is a step to one; otherwise without meaning.</summary>
    public string Key { get; }

    /// <summary>Position of the element, from 0, if this is a step to one; otherwise 0.</summary>
    public int Index { get; }

    /// <summary>A step to each element of an array: <c>[]</c>.</summary>
    public static PathStep ToElements { get; } = new(PathStepKind.Elements, "", 0);

    /// <summary>A step to the value of a key.</summary>
    internal static PathStep ToKey(string key) => new(PathStepKind.Key, key, 0);

    /// <summary>A step to one element of an array: <c>[n]</c>.</summary>
    internal static PathStep ToElement(int index) => new(PathStepKind.Element, "", index);
}
