namespace ActorVectorStore.Index;

/// <summary>
/// Takes the rows that an exact search finds close to one query. The search computes what is cheap to compute; who may be among the results, and how many, is decided here.
/// One thread.
/// </summary>
public interface IRowSink
{
    /// <summary>A row of a higher cost need not be offered; one of the same cost must be. It may fall while rows are offered; positive infinity while every row is wanted.</summary>
    float Bound { get; }

    /// <summary>A row that is close enough. Rows come in the order in which they are searched.</summary>
    /// <param name="cost">Finite; lower is closer.</param>
    /// <param name="row">Its number in the table.</param>
    void Offer(float cost, int row);
}
