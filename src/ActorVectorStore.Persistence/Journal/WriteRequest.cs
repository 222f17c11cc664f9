using System.Collections.Immutable;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The batches of one request to the journal, in their order, and what is rejected. They must be appended one after the other, each only when the
/// one before it is durable: a later batch without an earlier one would be a hole that no recovery notices.
/// </summary>
internal sealed record WriteRequest(string PersistenceId, IReadOnlyList<PreparedBatch> Batches, IImmutableList<Exception?>? Rejections);
