using System.Text.Json;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>The other end of <see cref="ChildProcess"/>.</summary>
internal static class ChildMain
{
    public static int Run(string request)
    {
        switch (JsonSerializer.Deserialize<ChildRequest>(request))
        {
            case FillRequest fill:
                LogFiller.Fill(fill, Answer);
                return 0;
            case ReadRequest read:
                Answer(LogReading.Read(read));
                return 0;
            case LoadRequest load:
                PointLoading.LoadAsync(load, Answer).GetAwaiter().GetResult();
                return 0;
            case ChangeRequest change:
                Answer(PointChanging.ChangeAsync(change).GetAwaiter().GetResult());
                return 0;
            case SettleRequest settle:
                Answer(PointSettling.SettleAsync(settle).GetAwaiter().GetResult());
                return 0;
            case OpenRequest open:
                Answer(PointOpening.OpenAsync(open).GetAwaiter().GetResult());
                return 0;
            case ServeRequest serve:
                Answer(PointServing.ServeAsync(serve).GetAwaiter().GetResult());
                return 0;
            case BackupRequest backup:
                Answer(PointBackup.RunAsync(backup).GetAwaiter().GetResult());
                return 0;
            case FillCollectionsRequest fill:
                Answer(ManyCollections.FillAsync(fill).GetAwaiter().GetResult());
                return 0;
            case OpenCollectionsRequest open:
                Answer(ManyCollections.OpenAsync(open).GetAwaiter().GetResult());
                return 0;
            default:
                Console.Error.WriteLine($"Unknown request: {request}");
                return 1;
        }
    }

    /// <summary>Answers and waits for the parent, which kills this process.</summary>
    private static void Answer<TReport>(TReport report)
    {
        Console.WriteLine(JsonSerializer.Serialize(report));
        Console.In.ReadLine();
    }
}
