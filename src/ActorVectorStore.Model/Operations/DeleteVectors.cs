using System.Text;

namespace ActorVectorStore.Model;

/// <summary>Takes vectors from points; what else they have stays. Points that have none of them are left as they are.</summary>
public sealed class DeleteVectors : ShardOperation
{
    /// <summary>Checks and keeps the parts.</summary>
    /// <param name="selection">Whose vectors are deleted.</param>
    /// <param name="names">1 to <see cref="ModelLimits.VectorsMax"/> names, each once; copied, and kept in their ordinal order.</param>
    /// <exception cref="InvalidRequestException">There is no name, there are too many, or one is null, too long or there twice.</exception>
    public DeleteVectors(PointSelection selection, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(names);
        RequestRules.RequireCount("names", names.Count, ModelLimits.VectorsMax);
        Selection = selection;
        Names = ValueList<string>.Copy("names", [.. names.Order(StringComparer.Ordinal)], ModelLimits.VectorsMax);
        for (var i = 0; i < Names.Count; i++)
        {
            if (!FilterText.IsWellFormed(Names[i]) || Encoding.UTF8.GetByteCount(Names[i]) > ModelLimits.VectorNameBytesMax || (i > 0 && Names[i] == Names[i - 1]))
                throw new InvalidRequestException("names", $"different names of at most {ModelLimits.VectorNameBytesMax} bytes of UTF-8", Quotation.Of(Names[i]));
        }

        BodyBytes = OperationFormat.CountBytes + Names.Sum(name => (long)OperationFormat.CountBytes + Encoding.UTF8.GetByteCount(name)) + selection.Bytes;
    }

    /// <summary>Whose vectors are deleted.</summary>
    public PointSelection Selection { get; }

    /// <summary>Names of the vectors, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The same deletion from other points.</summary>
    public DeleteVectors With(PointSelection selection) => new(selection, Names);

    internal override byte Kind => OperationFormat.KindDeleteVectors;

    internal override long BodyBytes { get; }
}
