namespace ActorVectorStore.Index;

/// <summary>
/// Compares codes, as a type parameter, so that each loop over rows is compiled once for each kernel with the arithmetic inside. Costs are integers, equal on every machine and at
/// every vector width: graphs built from them are the same everywhere.
/// </summary>
internal unsafe interface ICodeKernel
{
    /// <summary>Bytes of a prepared query for rows of so many bytes.</summary>
    static abstract int QueryBytes(int rowBytes);

    /// <summary>A row as a prepared query; costs of all rows as queries are comparable.</summary>
    /// <param name="row">The row.</param>
    /// <param name="buffer">Room for a query, which is used if the row cannot be the query itself.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    static abstract byte* AsQuery(byte* row, byte* buffer, int rowBytes);

    /// <summary>The cost of a row against a prepared query; lower is closer.</summary>
    /// <param name="query">The query as <see cref="CodeTable"/> prepares it, aligned to 64 bytes.</param>
    /// <param name="row">The row's codes, aligned to 64 bytes.</param>
    /// <param name="rowBytes">Bytes of a row, a multiple of 64.</param>
    static abstract uint Cost(byte* query, byte* row, int rowBytes);
}
