namespace ActorVectorStore.Model;

/// <summary>
/// Gives points vectors in the place of those that they have under the same names; what else they have stays. Points that do not exist are refused. The updates are
/// taken in their order.
/// </summary>
public sealed class UpdateVectors : ShardOperation
{
    /// <summary>Keeps the updates; the list and the vectors' memory must not change afterwards.</summary>
    /// <param name="updates">1 to <see cref="ModelLimits.PointsPerBatchMax"/>, each with at least one vector.</param>
    /// <exception cref="InvalidRequestException">There is no update, there are too many, or one has no vector.</exception>
    public UpdateVectors(IReadOnlyList<VectorUpdate> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        RequestRules.RequireCount("updates", updates.Count, ModelLimits.PointsPerBatchMax);
        Updates = updates;
        BodyBytes = OperationFormat.CountBytes;
        for (var i = 0; i < updates.Count; i++)
        {
            if (updates[i] is not { Vectors.Count: > 0 } update)
                throw new InvalidRequestException($"updates[{i}]", "at least one vector", "none");
            BodyBytes += PointIdFormat.Size(update.Id) + OperationFormat.VectorsBytes(update.Vectors);
        }
    }

    /// <summary>The updates, in the order of application.</summary>
    public IReadOnlyList<VectorUpdate> Updates { get; }

    internal override byte Kind => OperationFormat.KindUpdateVectors;

    internal override long BodyBytes { get; }
}
