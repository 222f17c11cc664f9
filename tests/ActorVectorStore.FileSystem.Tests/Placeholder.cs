namespace ActorVectorStore.FileSystem.Tests;
