using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The evaluator on bytes against its dumb twin on trees.</summary>
public sealed class RowFilterTwinTests
{
    [Fact]
    public void Any_filter_takes_of_any_payload_what_the_twin_takes()
    {
        var (taken, left) = (0, 0);
        Gen.Select(FilterGens.Filter, Gen.Select(Shards.Id, FilterGens.Payload).Array[8]).Sample(
            (filter, rows) =>
            {
                var compiled = RowFilter.Compile(filter)!;
                foreach (var (id, payload) in rows)
                {
                    var matches = compiled.Matches(id, payload.Utf8.Span);
                    Assert.True(NaiveFilter.Matches(filter, id, payload) == matches, $"{payload} {(matches ? "passes" : "does not pass")} {filter}");
                    Interlocked.Increment(ref matches ? ref taken : ref left);
                }
            },
            iter: 20_000);

        // Neither answer is so rare that it would not have been looked at.
        Assert.InRange(taken, 10_000, 150_000);
        Assert.InRange(left, 10_000, 150_000);
    }
}
