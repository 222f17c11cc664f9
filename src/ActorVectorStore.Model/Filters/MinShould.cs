using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>Conditions of which a number must hold. More than there are is allowed, and never holds.</summary>
public sealed record MinShould
{
    /// <summary>Checks and keeps the clause.</summary>
    /// <param name="count">How many must hold, at least 1.</param>
    /// <param name="conditions">The conditions; copied.</param>
    /// <exception cref="InvalidRequestException">The count is below 1, there are too many conditions, or one is null.</exception>
    public MinShould(int count, IReadOnlyList<Condition> conditions)
    {
        if (count < 1)
            throw new InvalidRequestException("filter.min_should", "a count of at least 1", count.ToString(CultureInfo.InvariantCulture));
        Count = count;
        Conditions = ValueList<Condition>.Copy("filter.min_should", conditions, ModelLimits.FilterConditionsMax);
    }

    /// <summary>How many must hold.</summary>
    public int Count { get; }

    /// <summary>The conditions.</summary>
    public IReadOnlyList<Condition> Conditions { get; }
}
