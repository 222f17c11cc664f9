namespace ActorVectorStore.Model;

/// <summary>
/// The value is one of these integers, and written as one: <c>1</c> and <c>-0</c> are integers, <c>1.0</c> and <c>1e0</c> are not. Without
/// integers it never holds. <see cref="NumberRange"/> takes numbers of any spelling.
/// </summary>
public sealed record MatchInteger : FieldTest
{
    /// <summary>Checks and keeps the integers.</summary>
    /// <param name="values">At most <see cref="ModelLimits.FilterValuesMax"/>; copied.</param>
    /// <exception cref="InvalidRequestException">There are too many.</exception>
    public MatchInteger(IReadOnlyList<long> values) => Values = ValueList<long>.Copy("match", values, ModelLimits.FilterValuesMax);

    /// <summary>The integers.</summary>
    public IReadOnlyList<long> Values { get; }
}
