namespace ActorVectorStore.Model;

/// <summary>
/// Paths whose values are removed; see <see cref="PayloadEdit.RemoveKeys"/>. They are kept as a tree of their steps, so that however many there are, a
/// payload is gone through once.
/// </summary>
internal sealed class PayloadRemoval : PayloadEdit
{
    private readonly Fork _root = new();

    public PayloadRemoval(IReadOnlyList<PayloadPath> paths)
    {
        foreach (var path in paths)
        {
            var fork = _root;
            foreach (var step in path.Steps)
                fork = fork.ToNew(step);
            fork.IsEnd = true;
        }
    }

    public override Payload ApplyTo(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var draft = new PayloadDraft(payload.Utf8.Length);
        var walker = new PayloadWalker(payload.Utf8.Span);
        WriteRest([_root], ref walker, draft);
        return draft.ToPayload(payload);
    }

    // What is left of a value that these forks have been reached with: one, or several where a position and each element lead to the same one.
    private static void WriteRest(List<Fork> forks, ref PayloadWalker walker, PayloadDraft draft)
    {
        if (forks.Count > 0 && walker.IsObject)
            WriteMembers(forks, ref walker, draft);
        else if (forks.Count > 0 && walker.IsArray)
            WriteElements(forks, ref walker, draft);
        else
            draft.Write(walker.TakeValue());
    }

    private static void WriteMembers(List<Fork> forks, ref PayloadWalker walker, PayloadDraft draft)
    {
        draft.Write((byte)'{');
        while (walker.MoveToMember())
        {
            var key = walker.Key;
            List<Fork> next = [];
            foreach (var fork in forks)
                fork.FollowKey(key, next);
            var written = walker.WrittenKey;
            walker.MoveToValue();
            if (IsRemoved(next, ref walker))
                continue;
            draft.WriteKey(written);
            WriteRest(next, ref walker, draft);
        }

        draft.Write((byte)'}');
    }

    private static void WriteElements(List<Fork> forks, ref PayloadWalker walker, PayloadDraft draft)
    {
        draft.Write((byte)'[');
        for (var i = 0; walker.MoveToElement(); i++)
        {
            List<Fork> next = [];
            foreach (var fork in forks)
                fork.FollowElement(i, next);
            if (IsRemoved(next, ref walker))
                continue;
            draft.Separate();
            WriteRest(next, ref walker, draft);
        }

        draft.Write((byte)']');
    }

    private static bool IsRemoved(List<Fork> forks, ref PayloadWalker walker)
    {
        if (!forks.Exists(fork => fork.IsEnd))
            return false;
        walker.TakeValue();
        return true;
    }

    /// <summary>Where paths with the same beginning part.</summary>
    private sealed class Fork
    {
        private readonly Dictionary<string, Fork> _keys = new(StringComparer.Ordinal);
        private readonly Dictionary<int, Fork> _elements = [];
        private Fork? _eachElement;

        public bool IsEnd { get; set; }

        public Fork ToNew(PathStep step) => step.Kind switch
        {
            PathStepKind.Key => Find(_keys, step.Key),
            PathStepKind.Element => Find(_elements, step.Index),
            _ => _eachElement ??= new Fork(),
        };

        public void FollowKey(string key, List<Fork> next)
        {
            if (_keys.TryGetValue(key, out var fork))
                next.Add(fork);
        }

        public void FollowElement(int index, List<Fork> next)
        {
            if (_elements.TryGetValue(index, out var fork))
                next.Add(fork);
            if (_eachElement is not null)
                next.Add(_eachElement);
        }

        private static Fork Find<TStep>(Dictionary<TStep, Fork> forks, TStep step)
            where TStep : notnull
        {
            if (!forks.TryGetValue(step, out var fork))
                forks[step] = fork = new Fork();
            return fork;
        }
    }
}
