using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// What is summed over the codes of a query and of a row, as a type parameter of the loops over them (<see cref="WholeCodes{TComparison}"/>, <see cref="HalfCodes{TComparison}"/>). Sums are exact at every
/// width, up to the largest dimension: all machines come to the same integers.
/// </summary>
internal interface ICodeComparison
{
    /// <summary>Whether a query is codes, as rows are; otherwise it is signed, and says behind its codes what sums with it are too high by.</summary>
    static abstract bool ComparesCodes { get; }

    /// <summary>The cost that a sum stands for; lower is closer.</summary>
    static abstract uint CostOf(int sum);

    /// <summary>Adds what 64 codes give.</summary>
    static abstract Vector512<int> Add(Vector512<int> sum, Vector512<byte> query, Vector512<byte> row);

    /// <summary>Adds what 32 codes give.</summary>
    static abstract Vector256<int> Add(Vector256<int> sum, Vector256<byte> query, Vector256<byte> row);

    /// <summary>Adds what 16 codes give.</summary>
    static abstract Vector128<int> Add(Vector128<int> sum, Vector128<byte> query, Vector128<byte> row);
}
