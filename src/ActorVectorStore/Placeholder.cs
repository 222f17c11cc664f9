namespace ActorVectorStore;
