namespace ActorVectorStore.Cluster.Tests;

/// <summary>The reaction that an error asks for: the same request again.</summary>
internal static class Retry
{
    public static async Task UntilAsync(Func<Task> request, Func<Exception, bool> isToRetry)
    {
        while (true)
        {
            try
            {
                await request();
                return;
            }
            catch (Exception e) when (isToRetry(e))
            {
                await Task.Yield();
            }
        }
    }
}
