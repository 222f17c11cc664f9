namespace ActorVectorStore.Model;

/// <summary>
/// An array of objects of which one element must meet a whole filter. Without it, conditions on <c>a[].b</c> and <c>a[].c</c> may be met by
/// different elements.
/// </summary>
/// <remarks>
/// Paths inside the filter begin at the element. Elements that are not objects are passed over; a value that is not an array has no elements, even
/// if it is an object. The path <c>a</c> means the same as <c>a[]</c>.
/// </remarks>
public sealed record NestedCondition : Condition
{
    /// <summary>Checks and keeps the parts.</summary>
    /// <param name="path">Where the array is; <c>[]</c> is added if the path does not end with it.</param>
    /// <param name="filter">What one element must meet.</param>
    /// <exception cref="InvalidRequestException">The filter asks for an id or a vector, which an element has not.</exception>
    public NestedCondition(PayloadPath path, Filter filter)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Extent.AsksForPoint)
            throw new InvalidRequestException("nested filter", "conditions on the payload", "one on the id or the vector of the point");
        Path = path.ToElements();
        Filter = filter;
    }

    /// <summary>Where the elements are; ends with <c>[]</c>.</summary>
    public PayloadPath Path { get; }

    /// <summary>What one element must meet.</summary>
    public Filter Filter { get; }

    internal override FilterExtent Extent => FilterExtent.OfPayloadCondition.With(Filter.Extent);
}
