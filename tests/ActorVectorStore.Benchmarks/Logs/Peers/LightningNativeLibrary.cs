using System.Reflection;
using System.Runtime.InteropServices;
using LightningDB;

namespace ActorVectorStore.Benchmarks.Logs.Peers;

/// <summary>
/// Finds LMDB. The library in the LightningDB package wants glibc 2.38; where the system is older, the distribution's own LMDB
/// (Debian: liblmdb0) serves as well, since the calls in use here are the same in both.
/// </summary>
internal static class LightningNativeLibrary
{
    private const string SystemLibrary = "liblmdb.so.0";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(LightningEnvironment).Assembly, Resolve);
        return true;
    });

    public static void Register() => _ = Registered.Value;

    /// <summary>Why there is no LMDB on this machine, or null if there is.</summary>
    public static string? Missing()
    {
        Register();
        return Resolve("lmdb", typeof(LightningEnvironment).Assembly, null) == IntPtr.Zero
            ? $"neither the library in the LightningDB package nor {SystemLibrary} can be loaded"
            : null;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        NativeLibrary.TryLoad(name, assembly, path, out var packaged) ? packaged
        : NativeLibrary.TryLoad(SystemLibrary, out var installed) ? installed
        : IntPtr.Zero;
}
