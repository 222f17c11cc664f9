using System.CommandLine;
using ActorVectorStore.Cli;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using Spectre.Console;

return await Program.RootCommand().Parse(args).InvokeAsync();

/// <summary>The program <c>avs</c>. Exit codes: 0 all is well, 1 an error, 2 damage or loss was found.</summary>
internal static partial class Program
{
    public const string DemoIngestCommand = "demo-ingest";
    public const int DamageFound = 2;
    private const int Error = 1;

    public static RootCommand RootCommand()
    {
        var root = new RootCommand("Operates and inspects an ActorVectorStore directory.");
        root.Subcommands.Add(DemoCommand());
        root.Subcommands.Add(HiddenIngestCommand());
        root.Subcommands.Add(WalCommand());
        return root;
    }

    private static Command DemoCommand()
    {
        var directory = new Option<string?>("--dir") { Description = "Where the store is made; removed before. Default: a temporary directory, removed afterwards." };
        var kills = new Option<int>("--kills") { Description = "How often the ingesting process is killed.", DefaultValueFactory = _ => 3 };
        var seed = new Option<int?>("--seed") { Description = "Chooses the moments of the kills; a random one if not given." };
        var command = new Command("demo", "Ingests real word vectors, kills the process in the middle, and checks that nothing acknowledged is missing.")
        {
            directory, kills, seed,
        };
        command.SetAction((parsed, _) => GuardAsync(async () =>
        {
            var chosen = parsed.GetValue(directory) ?? Path.Combine(Path.GetTempPath(), $"avs-demo-{Environment.ProcessId}");
            RemoveStore(chosen);
            try
            {
                return await new Demo(AnsiConsole.Console, chosen, parsed.GetValue(kills), parsed.GetValue(seed) ?? Random.Shared.Next()).RunAsync();
            }
            finally
            {
                if (parsed.GetValue(directory) is null)
                {
                    RemoveStore(chosen);
                }
            }
        }));
        return command;
    }

    private static Command HiddenIngestCommand()
    {
        var directory = new Argument<string>("directory");
        var first = new Argument<int>("first-batch");
        var command = new Command(DemoIngestCommand, "The part of the demo that is killed.") { directory, first };
        command.Hidden = true;
        command.SetAction((parsed, _) => GuardAsync(
            () => DemoIngest.RunAsync(parsed.GetRequiredValue(directory), parsed.GetRequiredValue(first), Console.Out)));
        return command;
    }

    private static Command WalCommand()
    {
        var command = new Command("wal", "Looks into the log of a directory that no process has open.");
        command.Subcommands.Add(OfDirectory("inspect", "Shows the segments of the log.", WalCommands.Inspect));
        command.Subcommands.Add(OfDirectory("verify", "Reads every byte of the log and lists what is damaged.", WalCommands.Verify));
        return command;
    }

    private static Command OfDirectory(string name, string description, Func<IAnsiConsole, string, int> action)
    {
        var directory = new Argument<string>("directory") { Description = "The store's directory." };
        var command = new Command(name, description) { directory };
        command.SetAction((parsed, _) => GuardAsync(() => Task.FromResult(action(AnsiConsole.Console, parsed.GetRequiredValue(directory)))));
        return command;
    }

    /// <summary>Only what a store can have made is removed: a directory with a lock file of ours.</summary>
    private static void RemoveStore(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        if (!File.Exists(Path.Combine(directory, PhysicalFileSystem.LockFileName)) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new IOException($"{directory} is not a store; expected an empty directory, a store, or none.");
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (CorruptionException e)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return DamageFound;
        }
        catch (Exception e) when (e is IOException or VectorDatabaseException or ArgumentException or InvalidOperationException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return Error;
        }
    }
}
