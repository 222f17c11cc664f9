using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Index.Tests;

public sealed unsafe class RowKernelTests
{
    // The smallest single: what a term that is too small for one may lose.
    private const double Smallest = 1.5e-45;

    public static TheoryData<RowElement> Elements => [.. Enum.GetValues<RowElement>()];

    [Theory]
    [MemberData(nameof(Elements))]
    public void Sums_are_within_their_bound_at_every_width(RowElement element) =>
        Gen.Select(Gen.Int[1, 2_000], Gen.Enum<Values>(), Gen.Enum<Values>(), Gen.ULong).Sample(
            (dimension, queryValues, rowValues, seed) => AssertWithinBound(element, dimension, queryValues, rowValues, seed),
            iter: 400);

    [Theory]
    [MemberData(nameof(Elements))]
    public void Sums_of_65536_components_are_within_their_bound_at_every_width(RowElement element)
    {
        foreach (var values in Enum.GetValues<Values>())
            AssertWithinBound(element, 65_536, values, values, seed: 1);
    }

    [Theory]
    [MemberData(nameof(Elements))]
    public void Every_tail_is_summed_and_nothing_behind_it(RowElement element)
    {
        for (var dimension = 1; dimension <= 200; dimension++)
            AssertWithinBound(element, dimension, Values.Plain, Values.Bytes, (ulong)dimension);
    }

    [Theory]
    [MemberData(nameof(Elements))]
    public void Zeros_behind_both_vectors_change_nothing_to_the_last_bit(RowElement element) =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 150], Gen.ULong).Sample(
            (dimension, zeros, seed) =>
            {
                var random = new SeededRandom(seed);
                var (query, row) = (StoredRows.Vector(random, dimension, Values.Plain), StoredRows.Vector(random, dimension, Values.Bytes));
                using var rows = new StoredRows([row], element, zeros);
                foreach (var kernel in KernelCase.All.Where(kernel => kernel.Element == element))
                    Assert.Equal(kernel.Sum(query, rows.Row(0)), kernel.Sum([.. query, .. new float[zeros]], rows.Row(0)));
            },
            iter: 200);

    [Fact]
    public void Vectors_that_are_equal_have_no_difference()
    {
        var vector = StoredRows.Vector(new SeededRandom(3), 333, Values.AllMagnitudes);
        using var rows = new StoredRows([vector], RowElement.Float32);
        foreach (var kernel in KernelCase.All.Where(kernel => kernel.Element == RowElement.Float32 && kernel.Terms != Terms.Products))
            Assert.Equal(0, kernel.Sum(vector, rows.Row(0)));
    }

    [Fact]
    public void The_difference_of_distinct_singles_never_vanishes()
    {
        float[] query = [1e-45f, 0, 1e-38f], row = [0, 0, 1e-38f];
        using var rows = new StoredRows([row], RowElement.Float32);
        foreach (var kernel in KernelCase.All.Where(kernel => kernel.Element == RowElement.Float32 && kernel.Terms == Terms.AbsoluteDifferences))
            Assert.Equal(float.Epsilon, kernel.Sum(query, rows.Row(0)));
    }

    private static void AssertWithinBound(RowElement element, int dimension, Values queryValues, Values rowValues, ulong seed)
    {
        var random = new SeededRandom(seed);
        var query = StoredRows.Vector(random, dimension, queryValues);
        using var rows = new StoredRows([StoredRows.Vector(random, dimension, rowValues)], element);
        foreach (var kernel in KernelCase.All.Where(kernel => kernel.Element == element))
        {
            var terms = query.Zip(rows.Values[0], (one, other) => KernelCase.Term(kernel.Terms, one, other)).ToArray();
            var magnitude = terms.Sum(Math.Abs);
            var sum = kernel.Sum(query, rows.Row(0));
            if (magnitude > float.MaxValue / 2)
                continue;
            var error = Math.Abs(sum - terms.Sum());
            var bound = (RowKernel.ErrorBound(dimension, kernel.Lanes) * magnitude) + (dimension * Smallest);
            Assert.True(error <= bound, $"{kernel}: {dimension} components, {queryValues} against {rowValues}, seed {seed}: sum {sum}, off by {error}, bound {bound}");
        }
    }
}
