namespace ActorVectorStore.Testing;
