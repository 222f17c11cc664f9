using System.Globalization;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>One of the vectors that each point of a collection may have. An instance is always valid; two that say the same are equal.</summary>
public sealed record VectorSchema
{
    private VectorSchema(string name, VectorKind kind, int dimension, Distance distance, ElementType elements)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!FilterText.IsWellFormed(name) || Encoding.UTF8.GetByteCount(name) > ModelLimits.VectorNameBytesMax)
            throw new InvalidRequestException("vector name", $"well-formed Unicode of at most {ModelLimits.VectorNameBytesMax} bytes of UTF-8", Quotation.Of(name));
        if (name.Length == 0 && kind != VectorKind.Dense)
            throw new InvalidRequestException("vector name", $"a name, for a vector that is {kind}", "none");
        if (kind != VectorKind.Sparse && dimension is < 1 or > ModelLimits.DimensionMax)
            throw new InvalidRequestException("dimension", $"1 to {ModelLimits.DimensionMax}", dimension.ToString(CultureInfo.InvariantCulture));
        if (!Enum.IsDefined(distance))
            throw DistanceOrder.Unknown(distance);
        if (!Enum.IsDefined(elements))
            throw new InvalidRequestException("elements", "Float32, Float16, BFloat16 or UInt8", $"value {(byte)elements}");
        (Name, Kind, Dimension, Distance, Elements) = (name, kind, dimension, distance, elements);
    }

    /// <summary>Name of the vector, at most <see cref="ModelLimits.VectorNameBytesMax"/> bytes of UTF-8; empty for the one that has no name.</summary>
    public string Name { get; }

    /// <summary>Dense, sparse or multi.</summary>
    public VectorKind Kind { get; }

    /// <summary>Components of each vector, 1 to <see cref="ModelLimits.DimensionMax"/>; 0 if it is sparse.</summary>
    public int Dimension { get; }

    /// <summary>How vectors are compared; <see cref="Distance.Dot"/> if it is sparse.</summary>
    public Distance Distance { get; }

    /// <summary>How a component is stored; float32 if it is sparse.</summary>
    public ElementType Elements { get; }

    /// <summary>How it is indexed, if it is dense; the others are not.</summary>
    /// <exception cref="InvalidRequestException">The vector is not dense, and the options are not the default ones.</exception>
    public VectorIndexOptions Index
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = Kind == VectorKind.Dense || value == VectorIndexOptions.Default
                ? value
                : throw new InvalidRequestException("index", "none for a vector that is not dense", value.ToString());
        }
    }

    = VectorIndexOptions.Default;

    /// <summary>One vector of a fixed dimension.</summary>
    /// <exception cref="InvalidRequestException">A value is outside its bounds.</exception>
    public static VectorSchema Dense(string name, int dimension, Distance distance, ElementType elements = ElementType.Float32) =>
        new(name, VectorKind.Dense, dimension, distance, elements);

    /// <summary>One vector of any dimension, of which only the components that are not 0 are stored.</summary>
    /// <exception cref="InvalidRequestException">The name is empty or too long.</exception>
    public static VectorSchema Sparse(string name) => new(name, VectorKind.Sparse, 0, Distance.Dot, ElementType.Float32);

    /// <summary>Any number of vectors of a fixed dimension.</summary>
    /// <exception cref="InvalidRequestException">The name is empty, or a value is outside its bounds.</exception>
    public static VectorSchema Multi(string name, int dimension, Distance distance, ElementType elements = ElementType.Float32) =>
        new(name, VectorKind.Multi, dimension, distance, elements);

    /// <inheritdoc />
    public override string ToString()
    {
        var numbers = Kind == VectorKind.Sparse ? "sparse" : string.Create(CultureInfo.InvariantCulture, $"{Dimension} dimensions, {Distance} distance");
        var kind = Kind == VectorKind.Multi ? ", many" : "";
        return $"{(Name.Length == 0 ? "" : $"{Quotation.Of(Name)}: ")}{numbers}{kind}{(Elements == ElementType.Float32 ? "" : $", {Elements}")}";
    }

    /// <summary>The schema of these parts, as a stored form has them.</summary>
    /// <exception cref="InvalidRequestException">They are none.</exception>
    internal static VectorSchema Of(string name, VectorKind kind, int dimension, Distance distance, ElementType elements)
    {
        if (!Enum.IsDefined(kind))
            throw new InvalidRequestException("vector kind", "Dense, Sparse or Multi", $"value {(byte)kind}");
        var schema = new VectorSchema(name, kind, dimension, distance, elements);
        return kind != VectorKind.Sparse || schema == Sparse(name)
            ? schema
            : throw new InvalidRequestException("sparse vector", "dimension 0, Dot and Float32", $"{dimension}, {distance} and {elements}");
    }
}
