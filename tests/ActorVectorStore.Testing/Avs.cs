using System.Diagnostics;

namespace ActorVectorStore.Testing;

/// <summary>The program <c>avs</c>, as a process of its own. It must be among the files of the test: a reference to its project brings it there.</summary>
public static class Avs
{
    /// <summary>Runs the program to its end, under another one if that is given; returns its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] under, params string[] arguments)
    {
        var all = (string[])[.. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "avs.dll"), .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
