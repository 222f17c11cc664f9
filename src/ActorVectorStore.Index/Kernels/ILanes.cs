namespace ActorVectorStore.Index;

/// <summary>
/// Arithmetic on one register of singles, as a type parameter: a kernel is written once and compiled for each width with nothing but its instructions inside. All widths can be used on
/// every machine, which is how tests compare them; which one is fast is asked once, by who chooses.
/// </summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Singles in a register.</summary>
    static abstract int Count { get; }

    /// <summary>Whether the machine has instructions of this width.</summary>
    static abstract bool IsAccelerated { get; }

    static abstract TVector Broadcast(float value);

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    /// <summary>As many components of a row as a register has.</summary>
    static abstract TVector Load<TElement>(byte* source)
        where TElement : struct, IRowElement;

    /// <summary>The lanes from <paramref name="first"/> on, moved to the front; zeros behind them.</summary>
    static abstract TVector From(TVector value, int first);

    static abstract TVector Add(TVector one, TVector other);

    static abstract TVector Subtract(TVector one, TVector other);

    static abstract TVector Multiply(TVector one, TVector other);

    /// <summary><paramref name="one"/> times <paramref name="other"/> plus <paramref name="sum"/>; rounded once where the machine can, otherwise twice.</summary>
    static abstract TVector MultiplyAdd(TVector one, TVector other, TVector sum);

    static abstract TVector Abs(TVector value);

    static abstract TVector Sqrt(TVector value);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(TVector value);

    /// <summary>A bit for each lane, lowest first: set where <paramref name="one"/> is greater; not where either is NaN.</summary>
    static abstract uint Greater(TVector one, TVector other);
}
