namespace ActorVectorStore.Model;

/// <summary>The request breaks a rule. Nothing of it was applied. Reaction: change the request; trying the same one again cannot help.</summary>
public sealed class InvalidRequestException : VectorDatabaseException
{
    /// <summary>Says which rule was broken and how.</summary>
    /// <param name="subject">The part of the request, for example <c>points[3].vector</c>.</param>
    /// <param name="expected">What the rule asks for.</param>
    /// <param name="found">What the request has.</param>
    /// <param name="cause">The parser's error, where there is one.</param>
    public InvalidRequestException(string subject, string expected, string found, Exception? cause = null)
        : base($"{subject}: expected {expected}, found {found}.", cause)
    {
        Subject = subject;
        Expected = expected;
        Found = found;
    }

    /// <summary>The part of the request that breaks the rule.</summary>
    public string Subject { get; }

    /// <summary>What the rule asks for.</summary>
    public string Expected { get; }

    /// <summary>What the request has.</summary>
    public string Found { get; }
}
