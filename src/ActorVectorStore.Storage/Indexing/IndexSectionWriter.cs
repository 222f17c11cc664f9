using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes the section of one index; its twin is <see cref="IndexSection"/>. Goes through the sorted entries once for each part, instead of keeping any.
/// One use, one thread.
/// </summary>
/// <param name="target">The open section.</param>
/// <param name="source">What was collected.</param>
/// <param name="rowCount">Rows of the segment.</param>
internal sealed class IndexSectionWriter(SectionAppender target, ElementCollector source, int rowCount)
{
    /// <summary>Writes all parts.</summary>
    public void Write()
    {
        var isKeyed = PayloadIndexSectionFormat.KeyBytes(source.Index.Kind) > 0;
        var (entries, part1) = isKeyed ? WriteKeys() : WritePostings();
        var part2 = isKeyed ? WriteRows() : WriteTerms();
        var part3 = isKeyed ? 0 : WriteTable();
        var sets = source.Sets.Select(WriteSet).ToArray();
        var description = new byte[PayloadIndexFormat.Size(source.Index)];
        PayloadIndexFormat.Write(source.Index, description);
        target.Append(description);
        target.Append(new IndexTrailer(
            (uint)rowCount, (uint)source.KeyedRows, (uint)description.Length, entries, part1, part2, part3, sets).ToBytes());
    }

    private (long Entries, long Bytes) WriteKeys()
    {
        var (count, start) = (0L, target.Length);
        for (var entries = source.Entries.Read(); entries.MoveNext(); count++)
            target.Append(entries.Key);
        return (count, target.Length - start);
    }

    private long WriteRows()
    {
        var start = target.Length;
        for (var entries = source.Entries.Read(); entries.MoveNext();)
            target.Append((uint)entries.Row);
        return target.Length - start;
    }

    private (long Entries, long Bytes) WritePostings()
    {
        var postings = new PostingsWriter(target);
        var terms = new TermCursor(source.Entries.Read());
        while (terms.MoveNext(postings))
        {
        }

        return (terms.Count, postings.Length);
    }

    private long WriteTerms()
    {
        var start = target.Length;
        var terms = new TermCursor(source.Entries.Read());
        while (terms.MoveNext(postings: null))
            target.Append(terms.Term);
        return target.Length - start;
    }

    private long WriteTable()
    {
        var start = target.Length;
        var termStart = 0UL;
        var terms = new TermCursor(source.Entries.Read());
        var postings = new PostingsWriter(target: null);
        var postingsStart = 0L;
        while (terms.MoveNext(postings))
        {
            WriteTableEntry(termStart, postingsStart, terms.Rows);
            (termStart, postingsStart) = (termStart + (ulong)terms.Term.Length, postings.Length);
        }

        WriteTableEntry(termStart, postingsStart, 0);
        return target.Length - start;
    }

    private void WriteTableEntry(ulong termStart, long postingsStart, int rows)
    {
        target.Append(termStart);
        target.Append((ulong)postingsStart);
        target.Append((uint)rows);
    }

    private (uint Rows, uint Bytes) WriteSet(RowBitmap rows)
    {
        var postings = new PostingsWriter(target);
        postings.Write(rows);
        return ((uint)rows.Count(), (uint)postings.Length);
    }
}
