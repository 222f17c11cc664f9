using System.Diagnostics;
using System.Text.Json;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Starts this program again to do one thing in a process of its own.</summary>
internal static class ChildProcess
{
    public const string Command = "child";

    /// <summary>Lets a child do what is asked, and kills it (SIGKILL) as soon as it has answered, so that no log is closed in an orderly way.</summary>
    public static TReport Ask<TReport>(ChildRequest request)
    {
        using var child = Process.Start(StartInfo(request)) ?? throw new InvalidOperationException("No process was started.");
        var answer = child.StandardOutput.ReadLine();
        child.Kill();
        child.WaitForExit();
        return answer is null
            ? throw new InvalidOperationException($"The child process gave no answer to {request}; its error output is above.")
            : JsonSerializer.Deserialize<TReport>(answer)!;
    }

    private static ProcessStartInfo StartInfo(ChildRequest request)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add(Command);
        start.ArgumentList.Add(JsonSerializer.Serialize(request));
        return start;
    }
}
