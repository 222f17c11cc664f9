using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli;

/// <summary>What the program's exit codes and error lines say: 0 all is well, 1 an error, 2 damage or loss was found, 130 interrupted.</summary>
internal static class Failures
{
    public const int DamageFound = 2;
    private const int Error = 1;
    private const int Interrupted = 130;

    /// <summary>Runs a command; an expected failure becomes one line on the standard error, without a stack trace.</summary>
    public static async Task<int> ToExitCodeAsync(Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (CorruptionException e)
        {
            return Said(e, DamageFound);
        }
        catch (OperationCanceledException e)
        {
            return Said(e, Interrupted);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or VectorDatabaseException or ArgumentException)
        {
            return Said(e, Error);
        }
    }

    /// <summary>Says that there is damage, where the command goes on; gives the exit code.</summary>
    public static int Tell(CorruptionException damage) => Said(damage, DamageFound);

    private static int Said(Exception e, int code)
    {
        Console.Error.WriteLine($"avs: {e.Message}");
        return code;
    }
}
