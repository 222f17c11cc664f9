using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Plans over indexes against the evaluator on payloads, which has a dumb twin of its own: whatever is indexed, the same rows are found.</summary>
public sealed class FilterPlanTwinTests
{
    [Fact]
    public void Any_filter_finds_with_any_indexes_what_the_evaluator_takes()
    {
        var indexed = 0L;
        Gen.Select(FilterGens.Filter.Array[1, 6], IndexGens.Row.Array[0, 40], IndexGens.Of(FilterGens.Path).Array[0, 12], Gen.Bool.Array[40]).Sample(
            (filters, rows, indexes, mask) =>
            {
                using var segment = IndexedSegment.Of(rows, indexes);
                foreach (var filter in filters)
                {
                    AssertSame(segment, rows, filter, among: null);
                    Interlocked.Add(ref indexed, AssertSame(segment, rows, filter, mask));
                }

                Assert.Empty(segment.Damages);
            },
            iter: Iterations(1_500));
        Assert.True(indexed > 10_000, $"Indexes decided {indexed} rows only.");
    }

    [Fact]
    public void Any_test_of_a_field_finds_with_an_index_of_any_kind_what_the_evaluator_takes()
    {
        var path = PayloadPath.Parse("a");
        Gen.Select(FilterGens.Test.Array[8, 16], FilterGens.Json.Array[0, 70], IndexGens.Of(Gen.Const(path)).Array[1, 2]).Sample(
            (tests, values, indexes) =>
            {
                var rows = IndexedSegment.RowsOf(values.Select((json, n) => n % 9 == 8 ? "{\"b\":1}" : $"{{\"a\":{json}}}"));
                using var segment = IndexedSegment.Of(rows, indexes);
                foreach (var test in tests)
                {
                    AssertSame(segment, rows, Filter.AllOf(new FieldCondition(path, test)), among: null);
                    AssertSame(segment, rows, Filter.NoneOf(new FieldCondition(path, test)), among: null);
                }
            },
            iter: Iterations(2_000));
    }

    [Fact]
    public void Any_test_of_elements_finds_with_an_index_through_arrays_what_the_evaluator_takes()
    {
        var inner = PayloadPath.Parse("b");
        Gen.Select(FilterGens.Test.Array[1, 3], FilterGens.Json.Array[0, 3].Array[0, 40], IndexGens.Of(Gen.Const(PayloadPath.Parse("a[].b"))).Array[1, 3]).Sample(
            (tests, arrays, indexes) =>
            {
                var rows = IndexedSegment.RowsOf(arrays.Select(values => $"{{\"a\":[{string.Join(',', values.Select(json => $"{{\"b\":{json}}}"))}]}}"));
                using var segment = IndexedSegment.Of(rows, indexes);
                Condition[] conditions = [.. tests.Select(test => new FieldCondition(inner, test))];
                AssertSame(segment, rows, Filter.AllOf(new NestedCondition(PayloadPath.Parse("a"), Filter.AllOf(conditions))), among: null);
                AssertSame(segment, rows, Filter.AllOf(new NestedCondition(PayloadPath.Parse("a[]"), Filter.AnyOf(conditions))), among: null);
                AssertSame(segment, rows, Filter.NoneOf(new NestedCondition(PayloadPath.Parse("a"), Filter.NoneOf(conditions))), among: null);
            },
            iter: Iterations(1_500));
    }

    private static long Iterations(int count) => LongRuns.AreWanted ? count * 20L : count;

    private static long AssertSame(IndexedSegment segment, IReadOnlyList<ListedRow> rows, Filter filter, bool[]? among)
    {
        RowBitmap? mask = null;
        if (among is not null)
        {
            mask = new RowBitmap(rows.Count);
            for (var row = 0; row < rows.Count; row++)
                _ = among[row] && mask.TryAdd(row);
        }

        var evaluator = RowFilter.Compile(filter)!;
        var plan = segment.Planner.Plan(filter);
        var found = plan.Evaluate(mask, CancellationToken.None);
        var taken = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            var expected = evaluator.Matches(rows[row].Id, rows[row].Payload.Utf8.Span, PlainRows.EveryOther, row, CancellationToken.None);
            taken += expected ? 1 : 0;
            Assert.True(
                found.Rows.Contains(row) == (expected && among?[row] != false),
                $"Row {row} with {rows[row].Payload} {(expected ? "is missing" : "is found")} by {filter} with {string.Join(", ", segment.Indexes.All.Select(index => index.Index.Description))}");
        }

        Assert.True(plan.Bound.Min <= taken && taken <= plan.Bound.Max, $"{taken} rows are not within {plan.Bound} of {filter}.");
        return rows.Count - found.PayloadsRead;
    }
}
