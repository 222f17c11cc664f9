using System.CommandLine;
using ActorVectorStore.Cli;
using ActorVectorStore.Cli.Demonstration;
using ActorVectorStore.Cli.Import;
using Spectre.Console;

// A file or a pipe has no width that lines should be broken at.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 200;
}

var root = new RootCommand("Operates and inspects an ActorVectorStore directory. Exit codes: 0 all is well, 1 an error, 2 damage or loss was found.")
{
    DemoCommand.Create(),
    DemoCommand.CreateIngest(),
    ImportCommand.Create(),
    SearchCommand.Create(),
    InfoCommand.Create(),
    StatsCommand.Create(),
    BackupCommands.CreateBackup(),
    BackupCommands.CreateRestore(),
    CompactCommand.Create(),
    IndexCommand.Create(),
    VerifyCommand.Create(),
    WalCommands.Create(),
};
return await root.Parse(args).InvokeAsync();
