namespace ActorVectorStore.Storage;
