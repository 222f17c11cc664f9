using System.Text;

namespace ActorVectorStore.Storage;

/// <summary>
/// The characters of scripts that are written without spaces between words, by blocks of Unicode. Part of what version 1 of text indexes stores.
/// </summary>
internal static class UnspacedScript
{
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x0E00, 0x0EFF), // Thai, Lao
        (0x1000, 0x109F), // Myanmar
        (0x1780, 0x17FF), // Khmer
        (0x3040, 0x30FF), // Hiragana, Katakana
        (0x31F0, 0x31FF), // Katakana phonetic extensions
        (0x3400, 0x4DBF), // ideographs, extension A
        (0x4E00, 0x9FFF), // ideographs
        (0xF900, 0xFAFF), // compatibility ideographs
        (0xFF66, 0xFF9D), // halfwidth Katakana
        (0x20000, 0x3FFFF), // ideographs, further extensions
    ];

    public static bool Has(Rune rune)
    {
        foreach (var (first, last) in Blocks)
        {
            if (rune.Value < first)
                return false;
            if (rune.Value <= last)
                return true;
        }

        return false;
    }
}
