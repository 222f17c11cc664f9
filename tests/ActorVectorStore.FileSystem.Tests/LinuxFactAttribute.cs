namespace ActorVectorStore.FileSystem.Tests;

/// <summary>A test that needs Linux and some of its files; skipped with a message where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute(params string[] needed)
    {
        Needed = needed;
        var missing = needed.FirstOrDefault(path => !File.Exists(path));
        Skip = !OperatingSystem.IsLinux() ? "needs Linux" : missing is null ? null : $"needs {missing}";
    }

    public IReadOnlyList<string> Needed { get; }
}
