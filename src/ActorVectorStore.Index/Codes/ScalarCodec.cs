using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// Turns vectors into codes of 7 bits in a byte for each component, with one step for all dimensions: differences of codes are then differences of components, and integer kernels
/// compare them. What lies outside the range that was trained is clamped. Immutable; safe from any thread.
/// </summary>
/// <remarks>
/// <para>Seven bits and not eight: the byte multiplications of all machines are exact then (a product pair fits into 16 bits), and all give the same integers.</para>
/// <para>Cosine, Euclid and Manhattan: each dimension has its own offset, which differences do not see. Dot: codes are symmetric about 64, the code of 0.</para>
/// </remarks>
public sealed class ScalarCodec
{
    internal const int CodeMax = 127;
    internal const int DotZero = 64;

    /// <summary>The smallest step.</summary>
    public const float StepMin = 1e-30f;

    private const double BoundAllowance = 1.05;
    private const double BlurAllowance = 1.5;

    private readonly float[] _offsets;
    private readonly float _inverseStep;
    private readonly RandomRotation? _rotation;

    /// <summary>A codec of stored parameters.</summary>
    /// <param name="metric">How the vectors are compared.</param>
    /// <param name="offsets">The component whose code is 0, for each dimension.</param>
    /// <param name="step">Difference of the components of neighbouring codes.</param>
    /// <param name="rotationSeed">Seed of the rotation that is applied first; null: none.</param>
    public ScalarCodec(Metric metric, ReadOnlySpan<float> offsets, float step, ulong? rotationSeed)
    {
        ArgumentOutOfRangeException.ThrowIfZero(offsets.Length);
        if (!(step >= StepMin && float.IsFinite(step)))
            throw new ArgumentOutOfRangeException(nameof(step), step, $"A step is finite and at least {StepMin}.");
        (Metric, _offsets, Step, RotationSeed) = (metric, offsets.ToArray(), step, rotationSeed);
        _inverseStep = 1 / step;
        _rotation = rotationSeed is { } seed ? new RandomRotation(offsets.Length, seed) : null;
        CodeBytes = (Dimension + AlignedMemory.Alignment - 1) / AlignedMemory.Alignment * AlignedMemory.Alignment;
    }

    /// <summary>How the vectors are compared.</summary>
    public Metric Metric { get; }

    /// <summary>Components of a vector.</summary>
    public int Dimension => _offsets.Length;

    /// <summary>Difference of the components of neighbouring codes.</summary>
    public float Step { get; }

    /// <summary>Seed of the rotation; null: none.</summary>
    public ulong? RotationSeed { get; }

    /// <summary>The component whose code is 0, for each dimension.</summary>
    public ReadOnlySpan<float> Offsets => _offsets;

    /// <summary>Bytes of a vector's codes, a multiple of 64; those behind the last code do not count.</summary>
    public int CodeBytes { get; }

    /// <summary>Learns the parameters from a sample of the vectors, in the same way everywhere.</summary>
    public static ScalarCodec Train(Metric metric, IVectorRows rows, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new CodecTraining(metric, rows, seed).Train();
    }

    /// <summary>Writes the codes of a vector.</summary>
    /// <param name="vector">The vector; changed to what was coded: brought to length one for cosine, and rotated.</param>
    /// <param name="codes">Room for them.</param>
    public void Encode(Span<float> vector, Span<byte> codes)
    {
        Prepare(Metric, _rotation, vector);
        Quantize(vector, codes);
        codes[Dimension..CodeBytes].Fill(Metric == Metric.Dot ? (byte)DotZero : (byte)0);
    }

    /// <summary>Writes a query as the kernels want it: codes; for dot signed ones, whose step is the query's own.</summary>
    /// <param name="vector">The query; changed.</param>
    /// <param name="query">Room for them, and for what kernels add; zeros there.</param>
    internal void EncodeQuery(Span<float> vector, Span<byte> query)
    {
        if (Metric != Metric.Dot)
        {
            Encode(vector, query);
            query[CodeBytes..].Clear();
            return;
        }

        Prepare(Metric, _rotation, vector);
        var largest = 0f;
        foreach (var component in vector)
            largest = Math.Max(largest, Math.Abs(component));
        var scale = largest > 0 ? CodeMax / (double)largest : 0;
        for (var i = 0; i < vector.Length; i++)
            query[i] = (byte)(sbyte)Math.Clamp(Math.Round(vector[i] * scale), -CodeMax, CodeMax);
        query[Dimension..].Clear();
    }

    /// <summary>
    /// What the codes of a vector cost at most, nearly always, whose own cost is within a bound; the highest cost where that cannot be said. Each code is off by up to half a step, a half code by four, so
    /// that it lies away from its vector by a sixth of a step, or six, squared and for each dimension.
    /// </summary>
    /// <param name="bound">The distance for Euclid and Manhattan, the negative cosine for cosine.</param>
    /// <param name="kind">What rows have of the codes.</param>
    internal uint CostBound(float bound, CodeKind kind)
    {
        if (!float.IsFinite(bound) || Metric == Metric.Dot)
            return uint.MaxValue;
        var distance = Metric == Metric.Cosine ? Math.Sqrt(Math.Max(0, 2 + (2.0 * bound))) : bound;
        var steps = distance / Step;
        var blur = (kind == CodeKind.FourBits ? 6.0 : 1 / 6.0) * Dimension;
        var apart = (BoundAllowance * steps) + (BlurAllowance * Math.Sqrt(Metric == Metric.Manhattan ? blur * Dimension : blur));
        var cost = Metric == Metric.Manhattan ? apart : apart * apart;
        return cost < uint.MaxValue ? (uint)cost : uint.MaxValue;
    }

    /// <summary>Brings a vector into the form that is coded.</summary>
    internal static void Prepare(Metric metric, RandomRotation? rotation, Span<float> vector)
    {
        if (metric == Metric.Cosine)
            Normalize(vector);
        rotation?.Apply(vector);
    }

    /// <summary>The squared length, summed up in one fixed order.</summary>
    internal static double SquaredLength(ReadOnlySpan<float> vector)
    {
        var sums = Vector256<double>.Zero;
        var i = 0;
        for (; i <= vector.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var components = Vector256.Create((double)vector[i], vector[i + 1], vector[i + 2], vector[i + 3]);
            sums += components * components;
        }

        var sum = sums[0] + sums[1] + sums[2] + sums[3];
        for (; i < vector.Length; i++)
            sum += (double)vector[i] * vector[i];
        return sum;
    }

    private static void Normalize(Span<float> vector)
    {
        var length = Math.Sqrt(SquaredLength(vector));
        if (length == 0)
            return;
        foreach (ref var component in vector)
            component = (float)(component / length);
    }

    // Component by component, without reordering: equal codes at every vector width.
    private void Quantize(ReadOnlySpan<float> vector, Span<byte> codes)
    {
        var i = 0;
        var (inverse, top, half) = (Vector256.Create(_inverseStep), Vector256.Create((float)CodeMax), Vector256.Create(0.5f));
        for (; i <= vector.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var steps = (Vector256.Create<float>(vector[i..]) - Vector256.Create<float>(_offsets.AsSpan(i))) * inverse;
            var clamped = Vector256.MinNative(Vector256.MaxNative(steps, Vector256<float>.Zero), top);
            var codes32 = Vector256.ConvertToInt32(clamped + half);
            var codes16 = Vector128.Narrow(codes32.GetLower(), codes32.GetUpper());
            BinaryPrimitives.WriteUInt64LittleEndian(codes[i..], Vector128.Narrow(codes16, codes16).AsUInt64().ToScalar());
        }

        for (; i < vector.Length; i++)
            codes[i] = (byte)(int)(Math.Min(Math.Max((vector[i] - _offsets[i]) * _inverseStep, 0), CodeMax) + 0.5f);
    }
}
