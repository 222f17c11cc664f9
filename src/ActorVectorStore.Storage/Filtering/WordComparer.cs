using System.Text;

namespace ActorVectorStore.Storage;

/// <summary>Compares words in UTF-8 without regard to case, as <see cref="Model.MatchWords"/> says, and without making new words of them.</summary>
internal sealed class WordComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static WordComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => Equals(x.AsSpan(), y ?? []);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other)
    {
        ReadOnlySpan<byte> rest = other;
        while (!alternate.IsEmpty && !rest.IsEmpty)
        {
            if (TakeFolded(ref alternate) != TakeFolded(ref rest))
                return false;
        }

        return alternate.IsEmpty && rest.IsEmpty;
    }

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        while (!alternate.IsEmpty)
            hash.Add(TakeFolded(ref alternate).Value);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <summary>The character that stands for all that differ from it by case only.</summary>
    // Upper case first: it joins small letters that differ only at the end of words, such as the two Greek ones for s.
    public static Rune Fold(Rune rune) => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));

    private static Rune TakeFolded(ref ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out var rune, out var consumed);
        text = text[consumed..];
        return Fold(rune);
    }
}
