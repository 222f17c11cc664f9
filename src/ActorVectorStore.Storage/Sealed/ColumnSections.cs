using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes one vector column. Its twins are <see cref="DenseColumn"/>, <see cref="SparseColumn"/> and <see cref="MultiColumn"/>. Holds one vector as it is stored while it works.
/// </summary>
internal sealed class ColumnSections(SectionAppender target, ISealedRows rows, SealedColumn column, int number)
{
    private readonly byte[] _vector = new byte[column.StrideBytes];

    /// <summary>Writes the sections 16 to 21, as far as the column needs them; returns the rows that have a vector.</summary>
    public int Write()
    {
        var present = 0;
        for (var row = 0; row < rows.Count; row++)
            present += rows.Has(number, row) ? 1 : 0;
        if (present < rows.Count)
            WritePresence();
        if (column.Kind != VectorKind.Dense)
            WriteListOffsets();
        if (column.Kind == VectorKind.Sparse)
            WriteSparse();
        else
            WriteVectors();
        if (column.HasLengths)
            WriteLengths();
        return present;
    }

    private void WritePresence()
    {
        Span<byte> line = stackalloc byte[SealedSegmentFormat.PresenceLineBytes];
        Begin(SealedSectionKind.Presence);
        var before = 0;
        for (var first = 0; first < rows.Count; first += SealedSegmentFormat.PresenceRowsPerLine)
        {
            line.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(line, before);
            var bits = line[SealedSegmentFormat.PresenceBitsAt..];
            for (var row = first; row < rows.Count && row - first < SealedSegmentFormat.PresenceRowsPerLine; row++)
            {
                if (!rows.Has(number, row))
                    continue;
                bits[(row - first) / 8] |= (byte)(1 << ((row - first) % 8));
                before++;
            }

            target.Append(line);
        }

        target.End();
    }

    private void WriteListOffsets()
    {
        Begin(SealedSectionKind.ListOffsets);
        var offset = 0UL;
        target.Append(offset);
        for (var row = 0; row < rows.Count; row++)
        {
            if (!rows.Has(number, row))
                continue;
            offset += (ulong)(column.Kind == VectorKind.Sparse ? EntryCount(row) : VectorCount(row, rows.Components(number, row).Length));
            target.Append(offset);
        }

        target.End();
    }

    private void WriteSparse()
    {
        Begin(SealedSectionKind.SparseIndices);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Has(number, row))
                target.Append(MemoryMarshal.AsBytes(rows.SparseIndices(number, row)));
        }

        target.End();
        Begin(SealedSectionKind.SparseValues);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Has(number, row))
                target.Append(MemoryMarshal.AsBytes(rows.SparseValues(number, row)));
        }

        target.End();
    }

    private void WriteVectors()
    {
        var stored = _vector.AsSpan(0, column.Dimension * VectorElements.Bytes(column.Elements));
        Begin(SealedSectionKind.Vectors);
        for (var row = 0; row < rows.Count; row++)
        {
            if (!rows.Has(number, row))
                continue;
            var components = rows.Components(number, row);
            var count = VectorCount(row, components.Length);
            for (var i = 0; i < count; i++)
            {
                VectorElements.Encode(column.Elements, components.Slice(i * column.Dimension, column.Dimension), stored);
                target.Append(_vector);
            }
        }

        target.End();
    }

    private void WriteLengths()
    {
        Begin(SealedSectionKind.Lengths);
        for (var row = 0; row < rows.Count; row++)
        {
            if (!rows.Has(number, row))
                continue;
            var count = column.Kind == VectorKind.Dense ? 1 : VectorCount(row, rows.Components(number, row).Length);
            for (var i = 0; i < count; i++)
                target.Append(rows.Length(number, row, i));
        }

        target.End();
    }

    private int VectorCount(int row, int components)
    {
        var isRight = column.Kind == VectorKind.Dense
            ? components == column.Dimension
            : components % column.Dimension == 0 && components <= SealedSegmentFormat.MultiComponentsMax;
        return isRight
            ? components / column.Dimension
            : throw new ArgumentException($"Row {row} has {components} components in column '{column.Name}' of dimension {column.Dimension}.", nameof(row));
    }

    private int EntryCount(int row)
    {
        var indices = rows.SparseIndices(number, row);
        var count = indices.Length;
        for (var i = 1; i < count; i++)
        {
            if (indices[i - 1] >= indices[i])
                throw new ArgumentException($"Row {row} has index {indices[i]} behind {indices[i - 1]} in column '{column.Name}'.", nameof(row));
        }

        return count == rows.SparseValues(number, row).Length && count <= SealedSegmentFormat.SparseEntriesMax
            ? count
            : throw new ArgumentException($"Row {row} has not a value for each of {count} indices in column '{column.Name}', or too many.", nameof(row));
    }

    private void Begin(SealedSectionKind kind) => target.Begin(new SectionKey(kind, (uint)number));
}
