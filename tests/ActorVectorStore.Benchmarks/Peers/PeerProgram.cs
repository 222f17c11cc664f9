using System.ComponentModel;
using System.Diagnostics;

namespace ActorVectorStore.Benchmarks.Peers;

/// <summary>A program that puts a peer behind the line protocol of <c>hnswlib_peer.cpp</c>.</summary>
/// <param name="Name">The peer's name.</param>
/// <param name="File">What is run.</param>
/// <param name="Arguments">What with.</param>
internal sealed record PeerProgram(string Name, string File, params string[] Arguments)
{
    /// <summary>Where the sources of such programs are.</summary>
    public static string SourceOf(string name) => Path.Combine(AppContext.BaseDirectory, "Peers", name);

    /// <summary>Whether a tool can be run and succeeds. It may write to our output, which says why if it does not.</summary>
    public static bool Succeeds(string tool, IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(tool, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
