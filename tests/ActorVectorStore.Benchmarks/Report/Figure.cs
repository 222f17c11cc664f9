namespace ActorVectorStore.Benchmarks.Report;

/// <summary>How figures are written: as many digits as they deserve.</summary>
internal static class Figure
{
    public const string Unknown = "-";

    public static string Count(double value) => value.ToString("#,0");

    public static string Of(double value) => Math.Abs(value) switch
    {
        double.NaN => Unknown,
        0 => "0",
        < 0.1 => value.ToString("0.0000"),
        < 10 => value.ToString("0.00"),
        < 100 => value.ToString("0.0"),
        _ => value.ToString("#,0"),
    };

    public static string Of(double? value) => value is { } known ? Of(known) : Unknown;

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 30 => $"{bytes / (double)(1 << 30):0.##} GiB",
        >= 1 << 20 => $"{bytes / (double)(1 << 20):0.##} MiB",
        >= 1 << 10 => $"{bytes / (double)(1 << 10):0.##} KiB",
        _ => $"{bytes} B",
    };
}
