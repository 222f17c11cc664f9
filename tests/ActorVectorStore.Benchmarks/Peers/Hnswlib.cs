using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Peers;

/// <summary>hnswlib (<c>hnswlib_peer.cpp</c>). It is compiled for this machine, from the headers that an npm package brings.</summary>
internal static class Hnswlib
{
    private static readonly NpmPackage Headers = new("hnswlib-node", "3.0.0");

    /// <summary>Compiles the program into a directory; null, and the reason, if that cannot be done here.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="packages">Where packages are kept; the headers come from one, or from the system (Debian's libhnswlib-dev).</param>
    /// <param name="fetches">Whether the package is fetched if it is not there.</param>
    /// <param name="reason">Why it cannot be done.</param>
    public static PeerProgram? Compile(string directory, string packages, bool fetches, out string? reason)
    {
        var program = Path.Combine(directory, "hnswlib_peer");
        try
        {
            if (fetches || Headers.IsIn(packages))
                Headers.Extract(packages, "src/hnswlib", Path.Combine(directory, "hnswlib"));
            reason = !HasHeaders(directory) && !HasHeaders("/usr/include") ? "its headers are not there" : Compile(directory, program);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            reason = exception.Message;
        }

        return reason is null ? new PeerProgram("hnswlib", program) : null;
    }

    private static bool HasHeaders(string directory) => File.Exists(Path.Combine(directory, "hnswlib", "hnswlib.h"));

    // Null if it succeeds.
    private static string? Compile(string headers, string program) =>
        PeerProgram.Succeeds("g++", ["-std=c++17", "-O3", "-march=native", "-pthread", "-w", "-isystem", headers, PeerProgram.SourceOf("hnswlib_peer.cpp"), "-o", program])
            ? null
            : "g++ is missing or failed; its output is above";
}
