namespace ActorVectorStore.Model;

/// <summary>
/// Base of the errors that a database gives to its callers. There is one derived class per reaction, so that a caller decides by type and never
/// by text.
/// </summary>
public abstract class VectorDatabaseException : Exception
{
    private protected VectorDatabaseException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
