using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// The point has the version that its writer has seen: optimistic concurrency. A version is the one of <see cref="PointRecord.Version"/>; 0 asks that
/// the point does not exist.
/// </summary>
public sealed record IfVersion : WriteCondition
{
    /// <summary>Checks and keeps the versions.</summary>
    /// <param name="versions">One for each point, in the order of the points; at least 0; copied.</param>
    /// <exception cref="InvalidRequestException">There is no version or there are too many, or one is negative.</exception>
    public IfVersion(IReadOnlyList<long> versions)
    {
        var copy = ValueList<long>.Copy("versions", versions, ModelLimits.PointsPerBatchMax);
        RequestRules.RequireCount("versions", copy.Count, ModelLimits.PointsPerBatchMax);
        for (var i = 0; i < copy.Count; i++)
        {
            if (copy[i] < 0)
                throw new InvalidRequestException($"versions[{i}]", "at least 0", copy[i].ToString(CultureInfo.InvariantCulture));
        }

        Versions = copy;
    }

    /// <summary>The versions, in the order of the points.</summary>
    public IReadOnlyList<long> Versions { get; }

    internal override long BodyBytes => (long)Versions.Count * sizeof(long);
}
