using System.CommandLine;
using Spectre.Console;

namespace ActorVectorStore.Cli.Demonstration;

/// <summary><c>avs demo</c>, and the hidden command of the process that it kills.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var directory = new Option<string?>("--dir") { Description = "Where the store is made and kept; must be missing or empty. Default: a temporary directory, removed afterwards." };
        var kills = new Option<int>("--kills") { Description = "How often the ingesting process is killed.", DefaultValueFactory = _ => 3 };
        var seed = new Option<int?>("--seed") { Description = "Chooses the moments of the kills; a random one if not given." };
        var command = new Command("demo", "Ingests real word vectors, kills the process in the middle, and checks that nothing acknowledged is missing.")
        {
            directory, kills, seed,
        };
        command.SetAction((parsed, _) => Failures.ToExitCodeAsync(async () =>
        {
            var kept = parsed.GetValue(directory);
            var chosen = kept is null ? Directory.CreateTempSubdirectory("avs-demo-").FullName : StoreDirectory.New(kept);
            try
            {
                return await new Demo(AnsiConsole.Console, chosen, parsed.GetValue(kills), parsed.GetValue(seed) ?? Random.Shared.Next()).RunAsync().ConfigureAwait(false);
            }
            finally
            {
                if (kept is null)
                {
                    Directory.Delete(chosen, recursive: true);
                }
            }
        }));
        return command;
    }

    public static Command CreateIngest()
    {
        var directory = StoreDirectory.Argument();
        var first = new Argument<int>("first-batch");
        var command = new Command(DemoIngest.CommandName, "The part of the demo that is killed.") { directory, first };
        command.Hidden = true;
        command.SetAction((parsed, _) => Failures.ToExitCodeAsync(
            () => DemoIngest.RunAsync(parsed.GetRequiredValue(directory), parsed.GetRequiredValue(first), Console.Out)));
        return command;
    }
}
