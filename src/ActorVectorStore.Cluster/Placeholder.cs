namespace ActorVectorStore.Cluster;
