namespace ActorVectorStore.Model;

/// <summary>A vector and the name under which a point has it.</summary>
/// <param name="Name">A name of the collection's schema; empty for the vector that has none.</param>
/// <param name="Value">The vector.</param>
public readonly record struct NamedVector(string Name, VectorValue Value);
