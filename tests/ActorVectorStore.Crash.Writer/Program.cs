using System.Globalization;
using ActorVectorStore;
using ActorVectorStore.Crash.Writer;

// Arguments: directory, seed, and the first step of each writer. Prints "writer step" for each write that was acknowledged, until it is killed.
var seed = ulong.Parse(args[1], CultureInfo.InvariantCulture);
await using var database = await VectorDatabase.OpenAsync(args[0], WriterScript.Options);
if ((await database.ListCollectionsAsync()).Count == 0)
{
    await database.CreateCollectionAsync(WriterScript.Schema);
}

await Task.WhenAll(Enumerable.Range(0, WriterScript.WriterCount).Select(writer =>
    Task.Run(() => WriteAsync(writer, int.Parse(args[2 + writer], CultureInfo.InvariantCulture)))));

async Task WriteAsync(int writer, int step)
{
    for (; ; step++)
    {
        var write = WriterScript.WriteOf(seed, writer, step);
        if (write.Values.First() is null)
        {
            await database.DeleteAsync(WriterScript.Schema.Name, [.. write.Keys]);
        }
        else
        {
            await database.UpsertAsync(WriterScript.Schema.Name, [.. write.Values.Select(point => point!)]);
        }

        // The other writers go on meanwhile; compactions of the shards' own choice run all the time.
        if (writer == 0 && step % WriterScript.StepsPerCompaction == 0)
        {
            await database.CompactAsync(WriterScript.Schema.Name);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer} {step}"));
    }
}
