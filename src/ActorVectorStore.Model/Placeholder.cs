namespace ActorVectorStore.Model;
