using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary>A line that says how far a long work is, while it runs, to somebody who looks at a terminal; a file or a pipe gets nothing.</summary>
internal static class LiveLine
{
    /// <summary>Runs a work that tells its steps by a progress of <typeparamref name="TStep"/>; gives its result and its last step.</summary>
    /// <param name="subject">What is being done.</param>
    /// <param name="describe">A step in words.</param>
    /// <param name="work">The work; its steps are told by one thread at a time.</param>
    public static async Task<(TResult Result, TStep Last)> RunAsync<TStep, TResult>(
        string subject, Func<TStep, string> describe, Func<IProgress<TStep>, Task<TResult>> work)
        where TStep : struct
    {
        if (Console.IsOutputRedirected)
        {
            var silent = new Steps<TStep>(_ => { });
            return (await work(silent).ConfigureAwait(false), silent.Last);
        }

        return await AnsiConsole.Status().StartAsync(Markup.Escape(subject), async status =>
        {
            var steps = new Steps<TStep>(step => status.Status(Markup.Escape($"{subject}: {describe(step)}")));
            return (await work(steps).ConfigureAwait(false), steps.Last);
        }).ConfigureAwait(false);
    }

    // Unlike Progress<T>, in the order in which it is told.
    private sealed class Steps<TStep>(Action<TStep> show) : IProgress<TStep>
        where TStep : struct
    {
        public TStep Last { get; private set; }

        public void Report(TStep value)
        {
            Last = value;
            show(value);
        }
    }
}
