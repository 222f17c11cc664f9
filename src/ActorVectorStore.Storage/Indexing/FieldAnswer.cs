namespace ActorVectorStore.Storage;

/// <summary>What an index says of a test: the rows that pass it are among both sets, and all of the first one.</summary>
/// <param name="Sure">Rows that pass.</param>
/// <param name="Maybe">Rows of which the payload must be asked, and perhaps some that are sure; null for none.</param>
internal sealed record FieldAnswer(RowSet Sure, RowSet? Maybe = null)
{
    /// <summary>How many rows pass.</summary>
    public RowBound Bound => Maybe is null ? Sure.Bound : RowBound.Of(Sure.Bound.Min, (long)Sure.Bound.Max + Maybe.Bound.Max, Sure.RowCount);

    /// <summary>Entries of postings that are read to read both, about.</summary>
    public long Cost => Sure.Cost + (Maybe?.Cost ?? 0);
}
