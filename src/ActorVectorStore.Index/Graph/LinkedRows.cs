namespace ActorVectorStore.Index;

/// <summary>Some of the vectors, by their numbers among these.</summary>
internal sealed class LinkedRows(IVectorRows rows, int[] numbers) : IVectorRows
{
    public int Count => numbers.Length;

    public int Dimension => rows.Dimension;

    public void Read(int row, Span<float> target) => rows.Read(numbers[row], target);
}
