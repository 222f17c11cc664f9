namespace ActorVectorStore.Model;

/// <summary>One payload instead of every other; see <see cref="PayloadEdit.ReplaceBy"/>.</summary>
internal sealed class PayloadReplacement(Payload replacement) : PayloadEdit
{
    public override Payload ApplyTo(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return payload.Equals(replacement) ? payload : replacement;
    }
}
