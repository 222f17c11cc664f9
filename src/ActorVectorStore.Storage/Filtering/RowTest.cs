namespace ActorVectorStore.Storage;

/// <summary>A condition made ready to be asked of rows. Without state.</summary>
internal abstract class RowTest
{
    public abstract bool Holds(in Row row);
}
