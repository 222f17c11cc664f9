namespace ActorVectorStore.Index;

/// <summary>
/// Rows of codes, one behind the other, in the order of a graph's nodes. The memory is somebody else's and stays as long as the table is used: a mapped section of a file, or
/// <see cref="AlignedMemory"/>. Safe from any thread.
/// </summary>
/// <param name="Rows">The first row, aligned to 64 bytes.</param>
/// <param name="RowBytes">Bytes from one row to the next, a multiple of 64.</param>
/// <param name="Count">Rows.</param>
public readonly unsafe record struct CodeTable(nint Rows, int RowBytes, int Count)
{
    internal byte* Row(uint row) => (byte*)Rows + ((nint)row * RowBytes);
}
