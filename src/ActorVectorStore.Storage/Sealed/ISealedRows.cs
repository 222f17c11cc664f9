using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The rows of a segment to be written: rows 0 to <see cref="Count"/> - 1, in the order that they are to have in the file, whichever the caller likes. The writer
/// goes through the rows once or several times for each section, upwards, and asks every time; the answers must stay the same. A span is used before the
/// next call. One thread.
/// </summary>
internal interface ISealedRows
{
    /// <summary>Rows, at most 2^30.</summary>
    int Count { get; }

    /// <summary>The row's id. Several rows may have the same.</summary>
    PointId Id(int row);

    /// <summary>Log index that inserted the row, at least 0. Asked in any order of the rows of one id.</summary>
    long InsertedAt(int row);

    /// <summary>The row's payload as a valid <see cref="Payload"/> has it; empty or <c>{}</c> if it has none.</summary>
    ReadOnlySpan<byte> PayloadUtf8(int row);

    /// <summary>Whether the row has a vector (or a list of them, empty as it may be) in a column, counted from 0.</summary>
    bool Has(int column, int row);

    /// <summary>Components in a dense column (the dimension) or a multi column (count x dimension, row-major). Asked only if there are any.</summary>
    ReadOnlySpan<float> Components(int column, int row);

    /// <summary>The length that a vector had before it was normalised; <paramref name="index"/> counts the vectors of a multi column's row. Asked only of columns with lengths.</summary>
    float Length(int column, int row, int index);

    /// <summary>Indices in a sparse column, ascending.</summary>
    ReadOnlySpan<uint> SparseIndices(int column, int row);

    /// <summary>Values in a sparse column, as many as indices.</summary>
    ReadOnlySpan<float> SparseValues(int column, int row);
}
