namespace ActorVectorStore.Index;

/// <summary>Compares whole codes with one another, too: what graphs are built by. They are then the same everywhere.</summary>
internal unsafe interface ICodeKernel : IRowKernel
{
    /// <summary>A row as a prepared query; costs of all rows as queries are comparable.</summary>
    /// <param name="row">The row.</param>
    /// <param name="buffer">Room for a query, which is used if the row cannot be the query itself.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    static abstract byte* AsQuery(byte* row, byte* buffer, int rowBytes);
}
