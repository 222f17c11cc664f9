namespace ActorVectorStore.Model;

/// <summary>Deletes points; ids that do not exist are passed over.</summary>
public sealed class DeletePoints : ShardOperation
{
    /// <summary>Keeps the ids; the list must not change afterwards.</summary>
    /// <param name="ids">At least one.</param>
    /// <exception cref="InvalidRequestException">There is no id.</exception>
    public DeletePoints(IReadOnlyList<PointId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequestRules.RequireCount("ids", ids.Count, ModelLimits.IdsPerRequestMax);
        Ids = ids;
        BodyBytes = OperationFormat.DeleteHeaderBytes;
        for (var i = 0; i < ids.Count; i++)
            BodyBytes += PointIdFormat.Size(ids[i]);
    }

    /// <summary>The ids.</summary>
    public IReadOnlyList<PointId> Ids { get; }

    internal override byte Kind => OperationFormat.KindDeletePoints;

    internal override long BodyBytes { get; }
}
