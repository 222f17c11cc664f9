namespace ActorVectorStore.Wal.Tests;
