namespace ActorVectorStore.Model;

/// <summary>A text, of a keyword index, or a UUID, of a uuid index.</summary>
/// <param name="Value">The text. A UUID has small letters, however payloads write it.</param>
public sealed record FacetText(string Value) : FacetValue;
