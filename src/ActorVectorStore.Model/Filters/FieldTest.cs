namespace ActorVectorStore.Model;

/// <summary>
/// What a value of a payload must be: <see cref="MatchKeyword"/>, <see cref="MatchInteger"/>, <see cref="MatchBool"/>, <see cref="ExceptKeyword"/>,
/// <see cref="ExceptInteger"/>, <see cref="MatchWords"/>, <see cref="MatchPhrase"/>, <see cref="NumberRange"/>, <see cref="TimeRange"/>,
/// a <see cref="GeoArea"/>, <see cref="ValuesCount"/>, <see cref="IsEmpty"/> or <see cref="IsNull"/>; there are no others.
/// </summary>
/// <remarks>
/// <para><b>Arrays.</b> Where the value is an array, a test holds if any of its elements passes; an array inside that array is one element, which is
/// neither text nor number. Only the last three tests look at an array as a whole.</para>
/// <para><b>Missing.</b> Where the path leads to nothing, no test holds but <see cref="IsEmpty"/>. An empty array has no elements to pass a test, and
/// null passes none but <see cref="IsEmpty"/>, <see cref="IsNull"/> and a <see cref="ValuesCount"/> of 0.</para>
/// <para><b>Kinds.</b> Values are never converted: the text <c>"1"</c> is not the number <c>1</c>.</para>
/// </remarks>
public abstract record FieldTest
{
    private protected FieldTest()
    {
    }
}
