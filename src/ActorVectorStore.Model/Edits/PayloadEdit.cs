namespace ActorVectorStore.Model;

/// <summary>
/// A change of payloads, made once and applied to as many as there are. Pure and the same byte for byte on every machine: what is not touched keeps its
/// place, its numbers and its escapes as they were written. Any thread.
/// </summary>
/// <remarks>
/// The values of a path are found as <see cref="PayloadPath"/> says. Meanings are those of Qdrant's payload operations, but that a path which ends with a
/// position removes that element.
/// </remarks>
public abstract class PayloadEdit
{
    private protected PayloadEdit()
    {
    }

    /// <summary>
    /// Merges an object into an object: keys that are there keep their place and spelling and get the new value, others come behind in the order of the
    /// patch, and those whose new value is null are removed.
    /// </summary>
    /// <remarks>
    /// On the way to the object, what is missing or of another kind is replaced: by an object where a key is next or the path ends, by an empty array
    /// where an element is. So <c>a.b</c> makes two objects in <c>{}</c>, and <c>a[0]</c> makes <c>{"a":[]}</c> of it; no element is ever added.
    /// </remarks>
    /// <param name="patch">The object that is merged.</param>
    /// <param name="at">Where it is merged, into each value that the path leads to; null for the payload itself.</param>
    public static PayloadEdit Merge(Payload patch, PayloadPath? at = null)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return new PayloadMerge(patch, at);
    }

    /// <summary>
    /// Removes what some paths lead to: members of objects and elements of arrays, so that <c>a[]</c> leaves an empty array. Each path is followed in the
    /// payload as it was, so that their order does not matter. Paths that lead to nothing are passed over.
    /// </summary>
    /// <param name="paths">Any number.</param>
    public static PayloadEdit RemoveKeys(params IReadOnlyList<PayloadPath> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new PayloadRemoval(paths);
    }

    /// <summary>Replaces every payload by this one.</summary>
    /// <param name="payload">What comes instead.</param>
    public static PayloadEdit ReplaceBy(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return new PayloadReplacement(payload);
    }

    /// <summary>The changed payload; the same object if nothing changes.</summary>
    /// <exception cref="InvalidRequestException">
    /// The result would break <see cref="ModelLimits.PayloadBytesMax"/> or <see cref="ModelLimits.PayloadDepthMax"/>, or a key is not well-formed.
    /// </exception>
    public abstract Payload ApplyTo(Payload payload);
}
