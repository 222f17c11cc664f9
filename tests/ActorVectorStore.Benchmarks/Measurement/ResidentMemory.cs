using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>
/// Watches how much memory this process has: what it holds itself (heaps, stacks, compiled code, the database's rows) apart from pages of mapped files, which the
/// kernel takes back when it needs them. Zeros where the system does not say.
/// </summary>
internal sealed class ResidentMemory : IDisposable
{
    private const string Status = "/proc/self/status";
    private const int StatusBytesMax = 8 << 10;
    private const int BytesPerUnit = 1 << 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly SafeFileHandle? _status = File.Exists(Status) ? File.OpenHandle(Status) : null;
    private readonly byte[] _text = new byte[StatusBytesMax];
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private MemoryPeaks _peaks;

    private ResidentMemory() => _timer = new Timer(_ => Sample(), null, TimeSpan.Zero, Interval);

    /// <summary>Watches from now on; the peak of the kernel counts from the start of the process.</summary>
    public static ResidentMemory Watch() => new();

    public MemoryPeaks Peaks() => Sample();

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _status?.Dispose();
        }
    }

    // Allocates nothing: it lies inside what is measured.
    private MemoryPeaks Sample()
    {
        lock (_gate)
        {
            if (_status is null || _status.IsClosed)
            {
                return _peaks;
            }

            ReadOnlySpan<byte> text = _text.AsSpan(0, RandomAccess.Read(_status, _text, 0));
            return _peaks = new MemoryPeaks(
                NumberAfter("VmHWM:"u8, text),
                Math.Max(_peaks.Own, NumberAfter("RssAnon:"u8, text) + NumberAfter("RssShmem:"u8, text)),
                Math.Max(_peaks.Mapped, NumberAfter("RssFile:"u8, text)));
        }
    }

    private static long NumberAfter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(text[(at + key.Length)..].TrimStart(" \t"u8), out long number, out _) ? number * BytesPerUnit : 0;
    }
}

/// <summary>Most memory that a process had, in bytes.</summary>
/// <param name="HighWaterMark">Resident set, pages of mapped files included: VmHWM of the kernel.</param>
/// <param name="Own">Without pages of files; sampled every 10 ms.</param>
/// <param name="Mapped">Pages of files alone, those of the runtime included; sampled likewise.</param>
internal readonly record struct MemoryPeaks(long HighWaterMark, long Own, long Mapped);
