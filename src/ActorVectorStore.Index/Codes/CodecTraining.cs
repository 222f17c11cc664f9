namespace ActorVectorStore.Index;

/// <summary>
/// Chooses a codec's offsets and step from a sample: the step is that of the widest dimension between its quantiles, so that few components are clamped. Where that is much wider than
/// after a rotation, vectors are rotated. Deterministic.
/// </summary>
internal sealed class CodecTraining
{
    private const int SampleMax = 4096;
    private const int SampleMin = 64;
    private const int SampleComponentsMax = 4 << 20;

    // Components outside these quantiles of their dimension are clamped.
    private const double Tail = 0.002;

    // A rotation costs each query O(d log d), and must bring a step so much smaller.
    private const float RotationGain = 0.6f;

    private readonly Metric _metric;
    private readonly ulong _seed;
    private readonly int _dimension;
    private readonly float[] _sample;
    private readonly int _sampleRows;

    public CodecTraining(Metric metric, IVectorRows rows, ulong seed)
    {
        (_metric, _seed, _dimension) = (metric, seed, rows.Dimension);
        _sampleRows = Math.Min(rows.Count, Math.Clamp(SampleComponentsMax / _dimension, SampleMin, SampleMax));
        _sample = new float[(long)_sampleRows * _dimension];
        for (var i = 0; i < _sampleRows; i++)
        {
            rows.Read((int)((long)i * rows.Count / _sampleRows), SampleRow(i));
            ScalarCodec.Prepare(metric, rotation: null, SampleRow(i));
        }
    }

    public ScalarCodec Train()
    {
        var straight = Choose(rotationSeed: null);
        if (_metric == Metric.Manhattan || _dimension < 8)
            return straight;
        var rotation = new RandomRotation(_dimension, _seed);
        for (var i = 0; i < _sampleRows; i++)
            rotation.Apply(SampleRow(i));

        // Sums of the largest magnitudes are no numbers.
        if (!Array.TrueForAll(_sample, float.IsFinite))
            return straight;
        var rotated = Choose(_seed);
        return rotated.Step < straight.Step * RotationGain ? rotated : straight;
    }

    private Span<float> SampleRow(int row) => _sample.AsSpan(row * _dimension, _dimension);

    private ScalarCodec Choose(ulong? rotationSeed)
    {
        var lows = new float[_dimension];
        var highs = new float[_dimension];
        var column = new float[_sampleRows];
        for (var i = 0; i < _dimension; i++)
        {
            for (var row = 0; row < _sampleRows; row++)
                column[row] = _sample[(row * _dimension) + i];
            (lows[i], highs[i]) = RangeOf(column);
        }

        return _metric == Metric.Dot ? Symmetric(lows, highs, rotationSeed) : Centred(lows, highs, rotationSeed);
    }

    private ScalarCodec Centred(float[] lows, float[] highs, ulong? rotationSeed)
    {
        var width = 0.0;
        for (var i = 0; i < _dimension; i++)
            width = Math.Max(width, (double)highs[i] - lows[i]);
        var step = StepOf(width / ScalarCodec.CodeMax);
        var offsets = new float[_dimension];
        for (var i = 0; i < _dimension; i++)
            offsets[i] = (float)Math.Clamp((((double)highs[i] + lows[i]) / 2) - (step * (double)ScalarCodec.CodeMax / 2), float.MinValue, float.MaxValue);
        return new ScalarCodec(_metric, offsets, step, rotationSeed);
    }

    private ScalarCodec Symmetric(float[] lows, float[] highs, ulong? rotationSeed)
    {
        var largest = 0.0;
        for (var i = 0; i < _dimension; i++)
            largest = Math.Max(largest, Math.Max(Math.Abs((double)lows[i]), Math.Abs((double)highs[i])));
        var step = StepOf(largest / (ScalarCodec.CodeMax - ScalarCodec.DotZero));
        var offsets = new float[_dimension];
        Array.Fill(offsets, (float)Math.Max(-step * (double)ScalarCodec.DotZero, float.MinValue));
        return new ScalarCodec(_metric, offsets, step, rotationSeed);
    }

    // A dimension that nearly all vectors have the same value in is told apart by the few others, so its whole range counts.
    private static (float Low, float High) RangeOf(float[] column)
    {
        if (column.Length == 0)
            return (0, 0);
        Array.Sort(column);
        var cut = (int)(column.Length * Tail);
        var (low, high) = (column[cut], column[^(cut + 1)]);
        return low < high ? (low, high) : (column[0], column[^1]);
    }

    // Vectors that are all equal have codes that are all equal, whatever the step.
    private static float StepOf(double step) => step <= 0 ? 1 : (float)Math.Clamp(step, 1e-30, float.MaxValue / ScalarCodec.CodeMax);
}
