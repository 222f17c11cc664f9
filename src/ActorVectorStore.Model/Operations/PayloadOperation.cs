namespace ActorVectorStore.Model;

/// <summary>
/// A change of the payloads of some points, whose vectors stay: <see cref="SetPayload"/>, <see cref="OverwritePayload"/>,
/// <see cref="DeletePayloadKeys"/> or <see cref="ClearPayload"/>; there are no others.
/// </summary>
/// <remarks>
/// A filter is asked about every point before the first is changed. A point whose payload would break <see cref="ModelLimits.PayloadBytesMax"/> or
/// <see cref="ModelLimits.PayloadDepthMax"/> is left as it was and counted as refused; the others are changed all the same. Which these are follows
/// from the operation and the points alone, so that every replay refuses the same.
/// </remarks>
public abstract class PayloadOperation : ShardOperation
{
    private protected PayloadOperation(PointSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        Selection = selection;
    }

    /// <summary>Whose payloads are changed.</summary>
    public PointSelection Selection { get; }

    /// <summary>The same change of other points.</summary>
    public abstract PayloadOperation With(PointSelection selection);

    /// <summary>The change, to be made once and applied to the payload of each point.</summary>
    public abstract PayloadEdit ToEdit();
}
