namespace ActorVectorStore.Crash.Tests;

/// <summary>A theory that needs strace; skipped with a message where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceTheoryAttribute : TheoryAttribute
{
    public StraceTheoryAttribute()
    {
        if (!File.Exists("/usr/bin/strace"))
        {
            Skip = "strace is not installed; it injects the failing fdatasync.";
        }
    }
}
