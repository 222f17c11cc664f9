namespace ActorVectorStore.Model;

/// <summary>A ranking that another stage goes on with: <see cref="QueryStage.Limit"/> says with how many points.</summary>
public sealed record Prefetch : QueryStage;
