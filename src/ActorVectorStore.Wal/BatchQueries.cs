namespace ActorVectorStore.Wal;

/// <summary>Finds the batches that a reader shall go through, and leases the segments they are in. Any thread.</summary>
internal sealed class BatchQueries(LogIndex index, FrameSeal seal)
{
    public StreamState State(string stream)
    {
        lock (index.Gate)
        {
            return index.Find(stream)?.State ?? default;
        }
    }

    /// <summary>The batches of a stream with events of a range of its sequence numbers.</summary>
    public BatchReader Stream(string stream, long fromSequence, long toSequence)
    {
        lock (index.Gate)
        {
            if (index.Find(stream) is not { } entry)
            {
                return Reader(new StreamSource(index.Gate, null!, [], 0, 0), []);
            }

            var from = Math.Max(fromSequence, entry.DeletedTo + 1);
            var extents = new List<StreamExtent>();
            foreach (ref readonly var extent in entry.Extents)
            {
                if (extent.LastSequence >= from && extent.FirstSequence <= toSequence)
                {
                    extents.Add(extent);
                }
            }

            var leases = extents.Select(extent => extent.Segment).Distinct().ToArray();
            return Reader(new StreamSource(index.Gate, entry, [.. extents], from, toSequence), leases);
        }
    }

    /// <summary>The batches of all streams from an ordinal on.</summary>
    public BatchReader All(long fromOrdinal)
    {
        lock (index.Gate)
        {
            var parts = Parts(fromOrdinal, out var leases);
            var relocated = leases.SelectMany(segment => segment.Relocated.Select(frame => Place(segment, frame)));
            return Reader(new AllSource(parts, InOrder(relocated, fromOrdinal), fromOrdinal), leases);
        }
    }

    /// <summary>The batches that were appended with a tag, from an ordinal on. Reads indexes of sealed segments from disk.</summary>
    public BatchReader Tag(string tag, long fromOrdinal)
    {
        OrdinalSource.Part[] parts, relocatedParts;
        Segment[] leases;
        lock (index.Gate)
        {
            parts = Parts(fromOrdinal, out leases);
            relocatedParts = [.. leases.Where(segment => segment.Relocated.Count > 0).Select(Part)];
            foreach (var segment in leases)
            {
                segment.Lease();
            }
        }

        try
        {
            var relocated = relocatedParts.SelectMany(part => RelocatedWithTag(part, tag));
            return new BatchReader(
                index, new FrameWindow(seal), new TagSource(index.Gate, tag, parts, InOrder(relocated, fromOrdinal), fromOrdinal), leases);
        }
        catch
        {
            foreach (var segment in leases)
            {
                segment.EndLease();
            }

            throw;
        }
    }

    private BatchReader Reader(IBatchSource source, Segment[] leases)
    {
        foreach (var segment in leases)
        {
            segment.Lease();
        }

        return new BatchReader(index, new FrameWindow(seal), source, leases);
    }

    /// <summary>The segments that may hold the ordinal or later ones; all that hold relocated batches are leased beside them.</summary>
    private OrdinalSource.Part[] Parts(long fromOrdinal, out Segment[] leases)
    {
        var segments = index.Segments.ToArray();
        var first = Math.Max(0, Array.FindLastIndex(segments, segment => segment.FirstOrdinal <= fromOrdinal));
        leases = [.. segments.Where((segment, i) => i >= first || segment.Relocated.Count > 0)];
        return [.. segments.Skip(first).Select(Part)];
    }

    private static OrdinalSource.Part Part(Segment segment) => new(segment, segment.End);

    private static OrdinalSource.Place Place(Segment segment, in FrameReference frame) =>
        new(segment, frame.Offset, frame.FirstOrdinal, frame.LastOrdinal);

    private IEnumerable<OrdinalSource.Place> RelocatedWithTag(OrdinalSource.Part part, string tag) =>
        TagSource.Tagged(index.Gate, part, tag)
            .Where(frame => frame.IsRelocated)
            .Select(frame => new OrdinalSource.Place(part.Segment, frame.Offset, frame.FirstOrdinal, frame.LastOrdinal));

    private static OrdinalSource.Place[] InOrder(IEnumerable<OrdinalSource.Place> places, long fromOrdinal) =>
        [.. places.Where(place => place.LastOrdinal >= fromOrdinal).OrderBy(place => place.FirstOrdinal)];
}
