namespace ActorVectorStore.Wal;

/// <summary>What the room's own tests can change about a log.</summary>
/// <param name="IsInline">No threads: everything runs on the thread that asks for it, so that a run can be repeated exactly.</param>
/// <param name="Mutations">Rules to break.</param>
internal sealed record WalTesting(bool IsInline = false, WalMutations Mutations = WalMutations.None);
