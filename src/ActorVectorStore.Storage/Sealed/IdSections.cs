using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Writes the ids, their order and the log indexes. Its twin is <see cref="SealedIds"/>. Holds 32 bytes for each row while it works.</summary>
internal static class IdSections
{
    /// <summary>Bytes of a stored UUID.</summary>
    public const int UuidBytes = 16;

    /// <summary>Writes the sections 2 to 6.</summary>
    public static void Write(SectionAppender target, ISealedRows rows)
    {
        var ids = new PointId[rows.Count];
        for (var row = 0; row < ids.Length; row++)
            ids[row] = rows.Id(row);
        var order = Order(rows, ids);
        WriteNumbers(target, ids, order);
        WriteUuids(target, ids, order);
        WriteIndexes(target, SealedSectionKind.RowsByPosition, order);
        var positions = new int[order.Length];
        for (var position = 0; position < order.Length; position++)
            positions[order[position]] = position;
        WriteIndexes(target, SealedSectionKind.PositionsByRow, positions);
        WriteInsertedAt(target, rows);
    }

    /// <summary>The rows by id, of equal ids the one inserted earlier first, and of those the one that comes first.</summary>
    private static int[] Order(ISealedRows rows, PointId[] ids)
    {
        var order = new int[ids.Length];
        for (var row = 0; row < order.Length; row++)
            order[row] = row;
        Array.Sort(order, (left, right) =>
        {
            var byId = ids[left].CompareTo(ids[right]);
            if (byId != 0 || left == right)
                return byId;
            var byIndex = rows.InsertedAt(left).CompareTo(rows.InsertedAt(right));
            return byIndex != 0 ? byIndex : left.CompareTo(right);
        });
        return order;
    }

    private static void WriteNumbers(SectionAppender target, PointId[] ids, int[] order)
    {
        target.Begin(new SectionKey(SealedSectionKind.NumberIds));
        foreach (var row in order)
        {
            if (!ids[row].IsUuid)
                target.Append(ids[row].Number);
        }

        target.End();
    }

    private static void WriteUuids(SectionAppender target, PointId[] ids, int[] order)
    {
        Span<byte> bytes = stackalloc byte[UuidBytes];
        target.Begin(new SectionKey(SealedSectionKind.UuidIds));
        foreach (var row in order)
        {
            if (!ids[row].IsUuid)
                continue;
            ids[row].Uuid.TryWriteBytes(bytes, bigEndian: true, out _);
            target.Append(bytes);
        }

        target.End();
    }

    private static void WriteIndexes(SectionAppender target, SealedSectionKind kind, int[] indexes)
    {
        target.Begin(new SectionKey(kind));
        foreach (var index in indexes)
            target.Append((uint)index);
        target.End();
    }

    private static void WriteInsertedAt(SectionAppender target, ISealedRows rows)
    {
        target.Begin(new SectionKey(SealedSectionKind.InsertedAt));
        for (var row = 0; row < rows.Count; row++)
        {
            var index = rows.InsertedAt(row);
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(rows));
            target.Append((ulong)index);
        }

        target.End();
    }
}
