using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary>
/// The points of a file, read once from the front with bounded memory. One thread at a time. Bytes that are not what the format says end the reading
/// with <see cref="InvalidDataException"/>, whose message names the place, what was expected and what was found.
/// </summary>
internal interface IPointSource : IDisposable
{
    /// <summary>Components of every vector.</summary>
    int Dimension { get; }

    /// <summary>Bytes of the file, and how many of them have been read.</summary>
    (long Bytes, long Read) Progress { get; }

    /// <summary>The next point; false at the end of the file.</summary>
    bool TryRead(out Point? point);
}
