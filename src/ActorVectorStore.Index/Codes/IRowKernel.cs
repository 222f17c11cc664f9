namespace ActorVectorStore.Index;

/// <summary>
/// Compares rows of codes with a prepared query, as a type parameter, so that each loop over rows is compiled once for each kernel with the arithmetic inside. Costs are integers, equal on every machine and at
/// every vector width.
/// </summary>
internal unsafe interface IRowKernel
{
    /// <summary>Bytes of a prepared query for rows of so many bytes.</summary>
    static abstract int QueryBytes(int rowBytes);

    /// <summary>Prepares a query, which has what <see cref="ScalarCodec.EncodeQuery"/> wrote and zeros behind it.</summary>
    static abstract void Prepare(Span<byte> query);

    /// <summary>The cost of a row against a prepared query; lower is closer.</summary>
    /// <param name="query">The prepared query, aligned to 64 bytes.</param>
    /// <param name="row">The row, aligned to 64 bytes.</param>
    /// <param name="rowBytes">Bytes of a row, a multiple of 64.</param>
    static abstract uint Cost(byte* query, byte* row, int rowBytes);
}
