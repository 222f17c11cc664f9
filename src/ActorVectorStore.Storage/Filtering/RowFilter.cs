using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A filter made ready for one request: compiled once, then asked of row after row on the bytes of its payload. It has no state, so that any number of
/// threads may ask; it allocates nothing per row, but for escaped texts of more than 256 bytes, which are unescaped in rented memory.
/// </summary>
internal sealed class RowFilter
{
    private readonly RowTest _test;

    private RowFilter(Filter source, RowTest test) => (Source, _test) = (source, test);

    /// <summary>What it was made of.</summary>
    public Filter Source { get; }

    /// <summary>The filter of a request; null where it has none.</summary>
    public static RowFilter? Compile(Filter? filter) => filter is null ? null : new RowFilter(filter, FilterCompiler.Compile(filter));

    /// <summary>The filters of a batch of searches. One that several share is compiled once.</summary>
    public static RowFilter?[] CompileAll(IReadOnlyList<SearchRequest> requests) => CompileAll(requests, request => request.Filter);

    /// <summary>The filters of a batch of any requests. One that several share is compiled once.</summary>
    public static RowFilter?[] CompileAll<TRequest>(IReadOnlyList<TRequest> requests, Func<TRequest, Filter?> filterOf)
    {
        var compiled = new Dictionary<Filter, RowFilter>(ReferenceEqualityComparer.Instance);
        var filters = new RowFilter?[requests.Count];
        for (var i = 0; i < filters.Length; i++)
        {
            if (filterOf(requests[i]) is not { } filter)
                continue;
            if (!compiled.TryGetValue(filter, out filters[i]))
                compiled.Add(filter, filters[i] = Compile(filter)!);
        }

        return filters;
    }

    /// <summary>Whether a row passes.</summary>
    /// <param name="id">The point.</param>
    /// <param name="payload">Its payload as <see cref="Payload.Utf8"/> has it; no bytes stand for the empty one.</param>
    /// <param name="vectors">Where its vectors are.</param>
    /// <param name="row">The row's number there.</param>
    /// <param name="cancellation">Looked at before each condition on a field.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool Matches(PointId id, ReadOnlySpan<byte> payload, IRowVectors vectors, int row, CancellationToken cancellation) =>
        _test.Holds(new Row(id, payload.IsEmpty ? "{}"u8 : payload, vectors, row, cancellation));

    /// <summary>Whether a row of a segment passes.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool Matches(Segment segment, int row, CancellationToken cancellation = default) =>
        Matches(segment.IdOf(row), segment.PayloadUtf8(row), segment, row, cancellation);
}
