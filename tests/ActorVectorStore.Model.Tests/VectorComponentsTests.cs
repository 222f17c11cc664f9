using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class VectorComponentsTests
{
    [Fact]
    public void Finite_vectors_of_every_length_have_no_bad_component() =>
        Gens.Component.Array[0, 70].Sample(vector => VectorComponents.IndexOfNonFinite(vector) == -1);

    [Fact]
    public void The_first_bad_component_is_found_wherever_it_is() =>
        Gen.Select(Gens.Component.Array[1, 70], Gen.Int[0, 69], Gen.OneOf(float.NaN, float.PositiveInfinity, float.NegativeInfinity))
            .Sample((vector, at, bad) =>
            {
                var first = at % vector.Length;
                vector[first] = bad;
                vector[^1] = bad;
                return VectorComponents.IndexOfNonFinite(vector) == first;
            });

    [Fact]
    public void Every_not_a_number_is_found()
    {
        foreach (var bits in new[] { 0x7FC0_0000, 0x7F80_0001, unchecked((int)0xFFFF_FFFF), unchecked((int)0xFF80_0001) })
            Assert.Equal(0, VectorComponents.IndexOfNonFinite([BitConverter.Int32BitsToSingle(bits)]));
    }
}
