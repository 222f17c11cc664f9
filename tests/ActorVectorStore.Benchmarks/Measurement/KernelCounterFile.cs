using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>A small file of numbers in /proc or /sys, read again and again without allocating.</summary>
internal sealed class KernelCounterFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly byte[] _text = new byte[1024];
    private readonly long[] _numbers;

    private KernelCounterFile(SafeFileHandle handle, int numbers)
    {
        _handle = handle;
        _numbers = new long[numbers];
    }

    /// <summary>Null where the system has no such file.</summary>
    public static KernelCounterFile? TryOpen(string path, int numbers) =>
        File.Exists(path) ? new KernelCounterFile(File.OpenHandle(path), numbers) : null;

    /// <summary>The numbers in the file from its start, words between them skipped; missing ones are 0. Valid until the next call.</summary>
    public ReadOnlySpan<long> Read()
    {
        ReadOnlySpan<byte> rest = _text.AsSpan(0, RandomAccess.Read(_handle, _text, 0));
        Array.Clear(_numbers);
        for (var found = 0; found < _numbers.Length && !rest.IsEmpty;)
        {
            if (Utf8Parser.TryParse(rest, out long number, out var consumed))
            {
                _numbers[found++] = number;
                rest = rest[consumed..];
            }
            else
            {
                rest = rest[1..];
            }
        }

        return _numbers;
    }

    public void Dispose() => _handle.Dispose();
}
