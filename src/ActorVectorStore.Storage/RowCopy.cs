using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A point that is written again, changed: where its vectors are that stay, and what comes in the place of the rest.</summary>
/// <param name="Segment">The segment of the point's row.</param>
/// <param name="Row">The row.</param>
/// <param name="Payload">The payload that the point is to have.</param>
/// <param name="Vectors">What comes in the place of the point's vectors of these names; null: none. All others are copied.</param>
internal readonly record struct RowCopy(Segment Segment, int Row, Payload Payload, IReadOnlyDictionary<string, VectorValue?> Vectors)
{
    /// <summary>
    /// What is copied takes so much in memory, fixed costs not counted: the payload, and the vectors that stay. A part of what operations mean, which never changes and is the same
    /// wherever the row lies. Reads no vector: one that is damaged is found by who copies it.
    /// </summary>
    public long Bytes
    {
        get
        {
            var bytes = Payload.IsEmpty ? 0L : Payload.Utf8.Length;
            for (var column = 0; column < Segment.Vectors.Length; column++)
            {
                if (!Keeps(column))
                    continue;
                bytes += Segment.Vectors[column].Kind == VectorKind.Dense
                    ? (long)RowLayout.StrideOf(Segment.Vectors[column].Dimension) * sizeof(float)
                    : Segment.VectorBytes(column, Row);
            }

            return bytes;
        }
    }

    /// <summary>Reads the vectors that <see cref="CopyVectors"/> reads.</summary>
    public void ReadVectors(ref float[]? scratch)
    {
        for (var column = 0; column < Segment.Vectors.Length; column++)
        {
            if (!Keeps(column))
                continue;
            if (Segment.Vectors[column].Kind == VectorKind.Sparse)
                Segment.Sparse(column, Row);
            else
                Segment.Components(column, Row, ref scratch);
        }
    }

    /// <summary>Copies the vectors that stay to a staged row.</summary>
    public void CopyVectors(MutableSegment target, int row, ref float[]? scratch)
    {
        for (var column = 0; column < Segment.Vectors.Length; column++)
        {
            if (!Keeps(column))
                continue;
            if (Segment.Vectors[column].Kind == VectorKind.Dense)
                target.StageDense(row, column, Segment.Components(column, Row, ref scratch));
            else if (Segment.Vectors[column].Kind == VectorKind.Multi)
                target.StageMulti(row, column, Segment.Components(column, Row, ref scratch));
            else
                target.StageSparse(row, column, Segment.Sparse(column, Row));
        }
    }

    private bool Keeps(int column) => !Vectors.ContainsKey(Segment.Vectors[column].Name) && Segment.HasVector(column, Row);
}
