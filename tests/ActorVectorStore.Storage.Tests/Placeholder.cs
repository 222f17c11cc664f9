namespace ActorVectorStore.Storage.Tests;
