namespace ActorVectorStore.Cli.Import;

/// <summary>Opens a file of points by the ending of its name.</summary>
internal static class PointFiles
{
    private const int BufferBytes = 1 << 20;

    public const string Endings = ".fvecs, .npy or .jsonl";

    /// <param name="path">The file.</param>
    /// <param name="firstId">Id of the first point of a format that has no ids; the others follow it.</param>
    /// <exception cref="InvalidDataException">The ending is unknown, or the file does not begin as its format says.</exception>
    public static IPointSource Open(string path, ulong firstId)
    {
        Func<Stream, ulong, IPointSource> open = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".fvecs" => static (stream, first) => new FvecsSource(stream, first),
            ".npy" => static (stream, first) => new NpySource(stream, first),
            ".jsonl" or ".ndjson" => static (stream, _) => new JsonLinesSource(stream),
            var ending => throw new InvalidDataException($"Expected a file named {Endings}, found '{ending}'."),
        };
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        try
        {
            return open(stream, firstId);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
