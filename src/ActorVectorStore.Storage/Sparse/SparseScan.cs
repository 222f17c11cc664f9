using System.Numerics;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Finds the rows of a segment that are nearest to a sparse vector through its inverted index: window by window it adds up products list by list, and offers rows that are close enough. Lists that together
/// cannot lift a row above the bound any more are left out (MaxScore; Turtle, Flood: Query evaluation, 1995); rows that others lift near it are then compared whole. One use, one thread.
/// </summary>
/// <remarks>
/// Scores are to the last bit those of <see cref="SparseSimilarity"/>: products are exact, and added up in the same order. Memory: 65 KiB, less for fewer rows than a window has.
/// </remarks>
internal sealed class SparseScan
{
    private const int WindowRows = 8_192;

    // More than rounding can make of a score in single precision, and of sums in double precision.
    private const double ScoreSlack = 1e-6;
    private const double SumSlack = 1e-9;

    private readonly VisibleRows _rows;
    private readonly int _part;
    private readonly DiskSegment _segment;
    private readonly RowRanking _ranking;
    private readonly RowBitmap? _matching;
    private readonly Term[] _terms;
    private readonly Term[] _byBound;
    private readonly double[] _sums;
    private readonly ulong[] _touched;
    private readonly double _slack;
    private int _left;
    private double _leftBound;

    private SparseScan(VisibleRows rows, int part, RowRanking ranking, RowBitmap? matching, Term[] terms)
    {
        (_rows, _part, _segment, _ranking, _matching, _terms) = (rows, part, (DiskSegment)rows.Segments[part], ranking, matching, terms);
        _sums = new double[Math.Min(WindowRows, _segment.RowCount)];
        _touched = new ulong[(_sums.Length + 63) / 64];
        _byBound = [.. terms.OrderBy(term => term.Bound)];
        _slack = float.Epsilon + (SumSlack * terms.Sum(term => term.Magnitude));
    }

    /// <summary>Scans a segment.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="part">The segment.</param>
    /// <param name="ranking">What is looked for.</param>
    /// <param name="matching">The rows that pass the ranking's filter, if they are known.</param>
    /// <param name="cancellationToken">Looked at before each window, and each condition on a field that a filter asks of a row.</param>
    /// <returns>The first row that was not looked at: the end, 0 if the index does not help, or where it is damaged, which was told.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="CorruptionException">A row's vector or payload is damaged.</exception>
    public static int Run(VisibleRows rows, int part, RowRanking ranking, RowBitmap? matching, CancellationToken cancellationToken)
    {
        if (ranking.NearestSparse is not { } query || rows.Segments[part] is not DiskSegment segment || segment.SparseIndexOf(ranking.Column) is not { } index)
            return 0;
        if (TermsOf(segment, ranking.Column, index, query) is not { } terms)
            return 0;
        var isCheaper = matching is null || terms.Sum(term => (long)term.List.Count) <= matching.Count() * (index.EntriesPerRow + query.Indices.Length);
        return isCheaper ? new SparseScan(rows, part, ranking, matching, terms).Run(cancellationToken) : 0;
    }

    private static Term[]? TermsOf(DiskSegment segment, int column, SparseIndex index, SparseVector query)
    {
        try
        {
            var terms = new List<Term>(query.Indices.Length);
            for (var i = 0; i < query.Indices.Length; i++)
            {
                if (index.Find(query.Indices.Span[i]) is { } list)
                    terms.Add(new Term(list, query.Values.Span[i]));
            }

            return [.. terms];
        }
        catch (CorruptionException)
        {
            segment.DropSparseIndex(column);
            return null;
        }
    }

    private int Run(CancellationToken cancellationToken)
    {
        var end = _rows.RowCount(_part);
        for (var start = 0; start < end; start += WindowRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LeaveOut();
            if (_left == _terms.Length)
                return end;
            var windowEnd = Math.Min(end, start + WindowRows);
            if (!TryAddUp(start, windowEnd))
                return start;
            OfferWindow(start, cancellationToken);
        }

        return end;
    }

    // Bounds only ever sink: what is left out stays so.
    private void LeaveOut()
    {
        while (_left < _byBound.Length && !IsCloseEnough(_leftBound + _byBound[_left].Bound))
        {
            _leftBound += _byBound[_left].Bound;
            _byBound[_left].IsLeftOut = true;
            _left++;
        }
    }

    // Whether a row whose score is at most this may be wanted.
    private bool IsCloseEnough(double scoreMax) => scoreMax + (ScoreSlack * Math.Abs(scoreMax)) + _slack >= -(double)_ranking.Bound;

    private bool TryAddUp(int start, int end)
    {
        try
        {
            foreach (var term in _terms)
            {
                if (!term.IsLeftOut)
                    term.List.AddTo(term.Weight, start, end, _sums, _touched);
            }

            return true;
        }
        catch (CorruptionException)
        {
            _segment.DropSparseIndex(_ranking.Column);
            return false;
        }
    }

    private void OfferWindow(int start, CancellationToken cancellationToken)
    {
        for (var word = 0; word < _touched.Length; word++)
        {
            for (var bits = _touched[word]; bits != 0; bits &= bits - 1)
            {
                var slot = (word * 64) + BitOperations.TrailingZeroCount(bits);
                var sum = _sums[slot];
                _sums[slot] = 0;
                if (IsCloseEnough(sum + _leftBound))
                    Offer(start + slot, sum, cancellationToken);
            }

            _touched[word] = 0;
        }
    }

    private void Offer(int row, double sum, CancellationToken cancellationToken)
    {
        if (_matching?.Contains(row) == false || !_segment.IsVisible(row, _rows.Index))
            return;
        var isFound = _left > 0 ? _ranking.TryCost(_segment, row, out var cost) : _ranking.TryCost(sum, out cost);
        if (!isFound)
            return;
        if (_matching is null)
            _ranking.Offer(_segment, new RowKey(_part, row), cost, cancellationToken);
        else
            _ranking.OfferMatching(_segment, new RowKey(_part, row), cost);
    }

    private sealed class Term(SparseList list, double weight)
    {
        public SparseList List => list;

        public double Weight => weight;

        /// <summary>What a row's score gains by having the dimension, at most.</summary>
        public double Bound { get; } = Math.Max(0, Math.Max(weight * list.Lowest, weight * list.Highest));

        /// <summary>What it changes by it, at most.</summary>
        public double Magnitude { get; } = Math.Max(Math.Abs(weight * list.Lowest), Math.Abs(weight * list.Highest));

        public bool IsLeftOut { get; set; }
    }
}
