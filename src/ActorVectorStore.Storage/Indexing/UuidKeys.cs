using System.Buffers.Text;
using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>Texts that are UUIDs, of 32 hexadecimal digits and four hyphens. One in small letters is held exactly; others have the same key.</summary>
internal sealed class UuidKeys : ElementKeys
{
    private const int TextBytes = 36;

    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.String)
            return ElementHolding.Foreign;
        using var text = new StringValue(in element, stackalloc byte[StringValue.StackBytes]);
        Span<byte> key = stackalloc byte[PayloadIndexSectionFormat.UuidKeyBytes];
        var holding = Read(text.Utf8, key);
        if (holding != ElementHolding.None)
            entries.Add(key, row);
        return holding;
    }

    /// <summary>The key of a text, if it has one.</summary>
    public static ElementHolding Read(ReadOnlySpan<byte> text, Span<byte> key)
    {
        if (text.Length != TextBytes || !Utf8Parser.TryParse(text, out Guid uuid, out var consumed, 'D') || consumed != TextBytes)
            return ElementHolding.None;
        uuid.TryWriteBytes(key, bigEndian: true, out _);
        Span<byte> usual = stackalloc byte[TextBytes];
        return Utf8Formatter.TryFormat(uuid, usual, out _, 'D') && text.SequenceEqual(usual) ? ElementHolding.Exact : ElementHolding.Inexact;
    }
}
