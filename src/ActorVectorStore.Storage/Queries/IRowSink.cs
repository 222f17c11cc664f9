namespace ActorVectorStore.Storage;

/// <summary>Takes rows that a scan has scored and found to qualify.</summary>
internal interface IRowSink
{
    /// <summary>A row of a higher cost need not be offered; one of the same cost must.</summary>
    float Bound { get; }

    /// <summary>Takes a row, or not.</summary>
    void Offer(float cost, RowKey row);
}
