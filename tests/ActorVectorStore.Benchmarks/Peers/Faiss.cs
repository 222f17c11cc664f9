namespace ActorVectorStore.Benchmarks.Peers;

/// <summary>faiss, through Python (<c>faiss_peer.py</c>), where it is installed.</summary>
internal static class Faiss
{
    // A Python that comes first in the path need not be the one that the system's packages are for.
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];

    /// <summary>The program; null where no Python has faiss.</summary>
    public static PeerProgram? Find() =>
        Interpreters.FirstOrDefault(python => PeerProgram.Succeeds(python, ["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('faiss') is None)"])) is { } found
            ? new PeerProgram("faiss", found, PeerProgram.SourceOf("faiss_peer.py"))
            : null;
}
