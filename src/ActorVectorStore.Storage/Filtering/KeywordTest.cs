using System.Text;
using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is one of these texts.</summary>
internal sealed class KeywordTest : ElementTest
{
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _texts;
    private readonly byte[]? _onlyText;

    public KeywordTest(IReadOnlyList<string> texts)
    {
        var set = new HashSet<byte[]>(texts.Select(Encoding.UTF8.GetBytes), BytesComparer.Instance);
        _texts = set.GetAlternateLookup<ReadOnlySpan<byte>>();
        _onlyText = set.Count == 1 ? set.First() : null;
    }

    public override bool Holds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;
        if (_onlyText is not null)
            return reader.ValueTextEquals(_onlyText);
        using var text = new StringValue(in reader, stackalloc byte[StringValue.StackBytes]);
        return _texts.Contains(text.Utf8);
    }
}
