namespace ActorVectorStore.Storage;

/// <summary>
/// What a part of a plan says of some rows: those for which it holds have all of the one set and are all in the other. Neither set changes any more.
/// </summary>
/// <param name="Sure">Rows for which it holds.</param>
/// <param name="Possible">Rows for which it may hold, the sure ones included. The same object if it holds for no others.</param>
internal readonly record struct PlanAnswer(RowBitmap Sure, RowBitmap Possible)
{
    /// <summary>Whether it is known for each row.</summary>
    public bool IsExact => ReferenceEquals(Sure, Possible);

    /// <summary>An answer that is exact if both sets are the same.</summary>
    public static PlanAnswer Of(RowBitmap sure, RowBitmap possible) => new(sure, sure.HasSameRows(possible) ? sure : possible);

    /// <summary>Nothing is known.</summary>
    /// <param name="among">The rows that were asked for.</param>
    public static PlanAnswer Unknown(RowBitmap among) => Of(new RowBitmap(among.RowCount), among);
}
