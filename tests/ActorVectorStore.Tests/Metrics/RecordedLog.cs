using Microsoft.Extensions.Logging;

namespace ActorVectorStore.Tests;

/// <summary>Keeps the ids of the lines that were logged, and lets a test do something at one of them. Any thread.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<(int Id, string Text)> _lines = [];

    /// <summary>Called on the thread that logs, after the line was kept.</summary>
    public Action<int>? Logged { get; set; }

    public string[] Of(int id)
    {
        using var scope = _lock.EnterScope();
        return [.. _lines.Where(line => line.Id == id).Select(line => line.Text)];
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        using (_lock.EnterScope())
            _lines.Add((eventId.Id, formatter(state, exception)));
        Logged?.Invoke(eventId.Id);
    }

    public void Dispose()
    {
    }
}
