namespace ActorVectorStore.Benchmarks.Report;

/// <summary>A figure that the project has promised to reach, and what was measured.</summary>
/// <param name="What">The promise and the cell.</param>
/// <param name="Required">Limit, in the same unit as what was measured.</param>
/// <param name="Measured">What was measured; null if the run did not include what it takes.</param>
/// <param name="AtLeast">Whether the limit is a lower one.</param>
internal sealed record Bar(string What, double Required, double? Measured, bool AtLeast)
{
    private bool IsMet => AtLeast ? Measured >= Required : Measured <= Required;

    public string Verdict => Measured switch
    {
        null => "not measured",
        { } measured => IsMet ? "met" : $"**missed** by {Math.Abs(measured - Required) / Required:0 %}",
    };

    public static Bar Minimum(string what, double required, double? measured) => new(what, required, measured, AtLeast: true);

    public static Bar Maximum(string what, double required, double? measured) => new(what, required, measured, AtLeast: false);

    public static Table TableOf(IEnumerable<Bar> bars)
    {
        var table = new Table("bar", "required", "measured", "verdict");
        foreach (var bar in bars)
        {
            table.Add(bar.What, (bar.AtLeast ? ">= " : "<= ") + Figure.Of(bar.Required), Figure.Of(bar.Measured), bar.Verdict);
        }

        return table;
    }
}
