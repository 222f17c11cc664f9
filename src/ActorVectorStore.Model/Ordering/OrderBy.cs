namespace ActorVectorStore.Model;

/// <summary>
/// An order of points by a field of their payloads, for <see cref="ScrollRequest.OrderBy"/>. It needs a payload index of the field of kind integer, float or
/// datetime, which says what the values are; of several the first in that order counts, and only those that <see cref="StartFrom"/> can be compared with.
/// </summary>
/// <remarks>
/// <para><b>What is ordered</b> are pairs of a value and a point. A point whose field has several values is there once for each that is different; one without a value
/// that the index holds is left out: values of other types, numbers that are no integers of 64 bits for an integer index, texts that name no moment. A
/// float index orders by the nearest doubles, so that numbers with the same one are equal.</para>
/// <para><b>Order.</b> By value, equal values by id; descending is exactly the reverse.</para>
/// <para><b>Paging.</b> There is no next offset. The next page starts from the last value of this one, with a filter against the ids that were seen with that value. So no
/// point is missed and nothing comes twice; of points that have several values some may be missed.</para>
/// </remarks>
/// <param name="Path">Where the values are.</param>
public sealed record OrderBy(PayloadPath Path)
{
    /// <summary>Which values come first.</summary>
    public OrderDirection Direction { get; init; }

    /// <summary>
    /// The first value that qualifies, inclusive; no point need have it. An integer index takes a float exactly, a float index takes an integer as its nearest double.
    /// Null: from the beginning.
    /// </summary>
    public OrderValue? StartFrom { get; init; }
}
