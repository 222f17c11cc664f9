using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>Whether vectors are what a collection's schema says. Pure; part of <see cref="RequestRules"/>.</summary>
internal static class VectorRules
{
    // The largest finite values of the types that are smaller than a float32.
    private const float Float16Max = 65_504;
    private const float UInt8Max = byte.MaxValue;

    /// <summary>A point of a collection has only vectors of its schema; if that is the one without name alone, every point has it.</summary>
    /// <param name="schema">The collection.</param>
    /// <param name="point">The point.</param>
    /// <param name="position">Its place among the points, for errors.</param>
    /// <exception cref="InvalidRequestException">It is not so.</exception>
    public static void Check(CollectionSchema schema, Point point, int position)
    {
        if (schema.IsSimple || !point.Vector.IsEmpty)
            CheckUnnamed(schema, point.Vector.Span, position);
        Check(schema, point.Named, "points", position);
    }

    /// <summary>Vectors by name are of the schema.</summary>
    /// <param name="schema">The collection.</param>
    /// <param name="vectors">The vectors.</param>
    /// <param name="list">What they are a part of, and where, for errors.</param>
    /// <param name="position">The place in the list.</param>
    /// <exception cref="InvalidRequestException">It is not so.</exception>
    public static void Check(CollectionSchema schema, NamedVectors vectors, string list, int position)
    {
        foreach (var (name, value) in vectors)
        {
            var part = PartOf(list, position, name);
            if (schema.Find(name) is not { } vector)
                throw new InvalidRequestException(part, "the name of a vector of the collection", "another");
            Check(vector, value, part);
        }
    }

    /// <summary>The components of a search fit a dense vector.</summary>
    /// <exception cref="InvalidRequestException">It is not so.</exception>
    public static void CheckQuery(CollectionSchema schema, SearchRequest request)
    {
        var vector = Compared(schema, request.Using, "using");
        if (vector.Kind != VectorKind.Dense)
            throw new InvalidRequestException("using", "a dense vector: others are compared by queries", vector.Kind.ToString());
        CheckDense(vector, request.Vector.Span, "query vector");
        CheckFinite(request.Vector.Span, "query vector");
    }

    /// <summary>A vector that points are compared with is of the kind and the dimension of theirs and finite; a list is not empty. What its elements could hold does not matter.</summary>
    /// <param name="vector">What points have.</param>
    /// <param name="value">What they are compared with.</param>
    /// <param name="part">What it is a part of, for errors.</param>
    /// <exception cref="InvalidRequestException">It is not so.</exception>
    public static void CheckInput(VectorSchema vector, VectorValue value, string part)
    {
        if (vector.Kind != value.Kind)
            throw new InvalidRequestException(part, $"a vector that is {vector.Kind}", $"one that is {value.Kind}");
        switch (value)
        {
            case DenseVector dense:
                CheckDense(vector, dense.Components.Span, part);
                CheckFinite(dense.Components.Span, part);
                break;
            case MultiVector multi:
                if (multi.Dimension != vector.Dimension)
                    throw new InvalidRequestException(part, $"vectors of {vector.Dimension} components", Text(multi.Dimension));
                if (multi.Count == 0)
                    throw new InvalidRequestException(part, "at least one vector", "an empty list");
                CheckFinite(multi.Components.Span, part);
                break;
            case SparseVector sparse:
                CheckFinite(sparse.Values.Span, part);
                break;
        }
    }

    /// <summary>The vector of the collection that a request compares.</summary>
    /// <exception cref="InvalidRequestException">There is none of this name.</exception>
    public static VectorSchema Compared(CollectionSchema schema, string name, string part) =>
        schema.Find(name) ?? throw new InvalidRequestException(part, "the name of a vector of the collection", Quotation.Of(name));

    // Most points that there ever are come through here: their place is written down only if something is wrong.
    private static void CheckUnnamed(CollectionSchema schema, ReadOnlySpan<float> components, int position)
    {
        if (schema.Find("") is not { } vector)
            throw new InvalidRequestException(PartOf("points", position, ""), "vectors with names", "one without");
        if (components.Length == vector.Dimension && vector.Elements == ElementType.Float32 && VectorComponents.IndexOfNonFinite(components) < 0)
            return;
        var part = PartOf("points", position, "");
        CheckDense(vector, components, part);
        CheckComponents(vector, components, part);
    }

    private static string PartOf(string list, int position, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{list}[{position}].vector{(name.Length == 0 ? "" : $" {Quotation.Of(name)}")}");

    private static void Check(VectorSchema vector, VectorValue value, string part)
    {
        if (vector.Kind != value.Kind)
            throw new InvalidRequestException(part, $"a vector that is {vector.Kind}", $"one that is {value.Kind}");
        switch (value)
        {
            case DenseVector dense:
                CheckDense(vector, dense.Components.Span, part);
                CheckComponents(vector, dense.Components.Span, part);
                break;
            case MultiVector multi:
                if (multi.Dimension != vector.Dimension)
                    throw new InvalidRequestException(part, $"vectors of {vector.Dimension} components", Text(multi.Dimension));
                CheckComponents(vector, multi.Components.Span, part);
                break;
            case SparseVector sparse:
                CheckComponents(vector, sparse.Values.Span, part);
                break;
        }
    }

    private static void CheckDense(VectorSchema vector, ReadOnlySpan<float> components, string part)
    {
        if (components.Length != vector.Dimension)
            throw new InvalidRequestException(part, $"{vector.Dimension} components", Text(components.Length));
    }

    private static void CheckComponents(VectorSchema vector, ReadOnlySpan<float> components, string part)
    {
        CheckFinite(components, part);
        if (vector.Elements == ElementType.Float16)
            CheckRange(components, -Float16Max, Float16Max, part);
        else if (vector.Elements == ElementType.UInt8)
            CheckRange(components, 0, UInt8Max, part);
    }

    private static void CheckFinite(ReadOnlySpan<float> components, string part)
    {
        var bad = VectorComponents.IndexOfNonFinite(components);
        if (bad >= 0)
            throw new InvalidRequestException(part, "finite components", $"{Text(components[bad])} as component {bad}");
    }

    private static void CheckRange(ReadOnlySpan<float> components, float minimum, float maximum, string part)
    {
        for (var i = 0; i < components.Length; i++)
        {
            if (components[i] < minimum || components[i] > maximum)
                throw new InvalidRequestException(part, $"components from {Text(minimum)} to {Text(maximum)}", $"{Text(components[i])} as component {i}");
        }
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
