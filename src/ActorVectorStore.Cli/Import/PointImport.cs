using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Model;
using Spectre.Console;

namespace ActorVectorStore.Cli.Import;

/// <summary>
/// Writes points by batches, a few of which are under way at a time. Batches are begun in the order of the file, so that of two points with one id the
/// later one stays.
/// </summary>
internal sealed class PointImport(VectorDatabase database, CollectionSchema schema, int batchPoints)
{
    private const int BatchesUnderWay = 4;
    private const int BatchBytes = 8 << 20;

    private readonly Queue<(Task Write, int Points)> _underWay = new();
    private long _acknowledged;

    public async Task RunAsync(IPointSource points, CancellationToken cancellation)
    {
        RequireBatch();
        await PrepareCollectionAsync(cancellation).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        try
        {
            await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(progress => WriteAllAsync(points, progress.AddTask($"into {Markup.Escape(schema.Name.Value)}"), cancellation))
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or VectorDatabaseException or OperationCanceledException)
        {
            await SettleAsync().ConfigureAwait(false);
            Console.Error.WriteLine($"avs: {Figures.Count(_acknowledged)} points were written before the import ended:");
            throw;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_acknowledged:N0} points of {schema.Dimension} dimensions are durable in '{schema.Name}' ({_acknowledged / clock.Elapsed.TotalSeconds:N0} points/s)"));
    }

    private void RequireBatch()
    {
        if (batchPoints is < 1 or > ModelLimits.PointsPerBatchMax)
        {
            throw new InvalidDataException($"Expected a batch of 1 to {ModelLimits.PointsPerBatchMax} points, found {batchPoints}.");
        }
    }

    private async Task PrepareCollectionAsync(CancellationToken cancellation)
    {
        if (!(await database.ListCollectionsAsync(cancellation).ConfigureAwait(false)).Contains(schema.Name))
        {
            await database.CreateCollectionAsync(schema, cancellation).ConfigureAwait(false);
            return;
        }

        var existing = (await database.GetCollectionAsync(schema.Name, cancellation).ConfigureAwait(false)).Schema;
        if (!existing.IsSimple || existing.Dimension != schema.Dimension)
        {
            throw new InvalidDataException(
                $"Expected vectors as collection '{schema.Name}' has them ({string.Join("; ", existing.Vectors)}), found {schema.Dimension} components and no names in the file.");
        }
    }

    private async Task WriteAllAsync(IPointSource points, ProgressTask shown, CancellationToken cancellation)
    {
        var batch = new List<Point>();
        long bytes = 0;
        while (points.TryRead(out var point))
        {
            batch.Add(point!);
            bytes += (point!.Vector.Length * sizeof(float)) + point.Payload.Utf8.Length;
            if (batch.Count == batchPoints || bytes >= BatchBytes)
            {
                await BeginAsync(batch, cancellation).ConfigureAwait(false);
                (batch, bytes) = ([], 0);
                var (all, read) = points.Progress;
                shown.Value = shown.MaxValue * read / Math.Max(1, all);
            }
        }

        if (batch.Count > 0)
        {
            await BeginAsync(batch, cancellation).ConfigureAwait(false);
        }

        while (_underWay.Count > 0)
        {
            await EndFirstAsync().ConfigureAwait(false);
        }

        shown.Value = shown.MaxValue;
    }

    private async Task BeginAsync(List<Point> batch, CancellationToken cancellation)
    {
        if (_underWay.Count == BatchesUnderWay)
        {
            await EndFirstAsync().ConfigureAwait(false);
        }

        _underWay.Enqueue((database.UpsertAsync(schema.Name, batch, cancellation), batch.Count));
    }

    private async Task EndFirstAsync()
    {
        var (write, points) = _underWay.Peek();
        await write.ConfigureAwait(false);
        _underWay.Dequeue();
        _acknowledged += points;
    }

    /// <summary>After a failure: what else was under way ends, and is counted if it succeeded.</summary>
    private async Task SettleAsync()
    {
        foreach (var (write, points) in _underWay)
        {
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _acknowledged += write.IsCompletedSuccessfully ? points : 0;
        }
    }
}
