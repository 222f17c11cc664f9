namespace ActorVectorStore.Index;

/// <summary>Rows that codes are kept in.</summary>
public static class CodeRows
{
    /// <summary>Bytes of a row, a multiple of 64.</summary>
    public static int BytesOf(CodeKind kind, int codeBytes) => kind == CodeKind.FourBits ? Nibbles.RowBytes(codeBytes) : codeBytes;

    /// <summary>Makes a row of a vector's codes.</summary>
    public static void Pack(CodeKind kind, ReadOnlySpan<byte> codes, Span<byte> row)
    {
        if (kind == CodeKind.FourBits)
            Nibbles.Pack(codes, row);
        else
            codes.CopyTo(row);
    }
}
