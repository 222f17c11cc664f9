namespace ActorVectorStore.Model.Tests;
