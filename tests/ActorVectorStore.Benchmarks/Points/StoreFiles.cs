namespace ActorVectorStore.Benchmarks.Points;

/// <summary>How much room files take.</summary>
internal static class StoreFiles
{
    /// <summary>Lengths of all files below a directory; those that go meanwhile do not count.</summary>
    public static long BytesIn(string directory) => Directory.Exists(directory)
        ? new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf)
        : 0;

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
