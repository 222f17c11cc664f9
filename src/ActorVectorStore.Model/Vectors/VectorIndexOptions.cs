using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>How the vectors of a name are indexed, in the field's words. An instance is always valid. What it says changes how fast searches are and how much they find, never what points are.</summary>
public sealed record VectorIndexOptions
{
    /// <summary>The smallest and the largest M.</summary>
    public const int MMin = 4;

    /// <summary>The largest M.</summary>
    public const int MMax = 64;

    /// <summary>The largest ef_construct.</summary>
    public const int EfConstructMax = 4096;

    /// <summary>The largest full-scan threshold: about 1 TiB.</summary>
    public const int FullScanThresholdMax = 1 << 30;

    /// <summary>What is used where nothing else is said.</summary>
    public static VectorIndexOptions Default { get; } = new();

    /// <summary>
    /// Neighbours that a vector chooses when it comes in, <see cref="MMin"/> to <see cref="MMax"/>; it has at most twice as many. More find more, and take more memory: 8 bytes for each.
    /// </summary>
    public int M
    {
        get;
        init => field = Within("m", value, MMin, MMax);
    }

    = 16;

    /// <summary>Candidates that a vector chooses its neighbours from, 4 to <see cref="EfConstructMax"/>; at least M are kept. More find more, and make building slower.</summary>
    public int EfConstruct
    {
        get;
        init => field = Within("ef_construct", value, MMin, EfConstructMax);
    }

    = 200;

    /// <summary>Candidates that a search keeps where it does not say itself, 1 to <see cref="ModelLimits.HnswEfMax"/>.</summary>
    public int HnswEf
    {
        get;
        init => field = Within("hnsw_ef", value, 1, ModelLimits.HnswEfMax);
    }

    = 128;

    /// <summary>KiB of vectors, as they are stored, that a segment on disk is indexed from; less is compared whole. At most <see cref="FullScanThresholdMax"/>, which switches indexes off.</summary>
    public int FullScanThreshold
    {
        get;
        init => field = Within("full_scan_threshold", value, 0, FullScanThresholdMax);
    }

    = 4096;

    /// <summary>How much of the vectors the index keeps in memory.</summary>
    public VectorQuantization Quantization
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new InvalidRequestException("quantization", "Scalar8 or Scalar4", $"value {(int)value}");
    }

    = VectorQuantization.Scalar8;

    /// <summary>
    /// Whether most vectors are thought to be on disk when a search compares them, because all do not fit in memory: then those of all candidates are asked for before the first is read, so that the disk
    /// fetches them side by side. Codes and graph are in memory in any case, and a walk reads no vector. Without it each candidate whose vector is not in memory is waited for; with it a search whose vectors
    /// are in memory takes up to twice as long.
    /// </summary>
    public bool VectorsOnDisk { get; init; }

    private static int Within(string subject, int value, int minimum, int maximum) => value >= minimum && value <= maximum
        ? value
        : throw new InvalidRequestException(subject, $"{minimum} to {maximum}", value.ToString(CultureInfo.InvariantCulture));
}
