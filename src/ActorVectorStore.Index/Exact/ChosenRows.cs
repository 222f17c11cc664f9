namespace ActorVectorStore.Index;

/// <summary>The rows of a table that a search compares: all of them, or those whose numbers are given.</summary>
internal readonly ref struct ChosenRows
{
    private readonly ReadOnlySpan<int> _numbers;
    private readonly bool _areAll;

    /// <summary>The first rows, as many as there are.</summary>
    public ChosenRows(int count) => (Count, _areAll) = (count, true);

    /// <summary>These rows.</summary>
    public ChosenRows(ReadOnlySpan<int> numbers)
    {
        _numbers = numbers;
        Count = numbers.Length;
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>The number of the row at a place.</summary>
    public int this[int place] => _areAll ? place : _numbers[place];
}
