namespace ActorVectorStore.Persistence;

/// <summary>Where a query begins: at an ordinal, or so that it gets a number of last events.</summary>
internal readonly record struct SelectionStart
{
    private SelectionStart(long ordinal, int last)
    {
        Ordinal = ordinal;
        Last = last;
    }

    /// <summary>First ordinal; not used if <see cref="Last"/> is not negative.</summary>
    public long Ordinal { get; }

    /// <summary>Number of last events, or -1.</summary>
    public int Last { get; }

    public static SelectionStart At(long ordinal) => new(ordinal, -1);

    public static SelectionStart FromEnd(int last) => new(0, last);
}
