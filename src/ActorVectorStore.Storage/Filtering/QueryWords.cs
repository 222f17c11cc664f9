using System.Text;

namespace ActorVectorStore.Storage;

/// <summary>The words of a text of a filter, numbered from 0 in the order in which they first occur.</summary>
internal sealed class QueryWords
{
    private const int Unknown = -1;

    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _numbers;

    public QueryWords(string text)
    {
        var numbers = new Dictionary<byte[], int>(WordComparer.Instance);
        _numbers = numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        var sequence = new List<int>();
        var reader = new WordReader(Encoding.UTF8.GetBytes(text));
        while (reader.Read(out var word))
        {
            _numbers.TryAdd(word, numbers.Count);
            sequence.Add(_numbers[word]);
        }

        Sequence = [.. sequence];
        Count = numbers.Count;
    }

    /// <summary>Different words.</summary>
    public int Count { get; }

    /// <summary>The numbers of all words, one after the other.</summary>
    public int[] Sequence { get; }

    /// <summary>The number of a word of some text; -1 if it is none of these.</summary>
    public int NumberOf(ReadOnlySpan<byte> word) => _numbers.TryGetValue(word, out var number) ? number : Unknown;
}
