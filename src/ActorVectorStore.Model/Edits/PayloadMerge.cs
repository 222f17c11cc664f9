namespace ActorVectorStore.Model;

/// <summary>An object that is merged into others; see <see cref="PayloadEdit.Merge"/>.</summary>
internal sealed class PayloadMerge : PayloadEdit
{
    private readonly IReadOnlyList<PathStep> _steps;
    private readonly int _patchBytes;
    private readonly Lazy<PayloadPatch> _patch;

    public PayloadMerge(Payload patch, PayloadPath? at)
    {
        _steps = at?.Steps ?? [];
        _patchBytes = patch.Utf8.Length;
        // Later, so that a patch that is no payload's is refused where results are.
        _patch = new Lazy<PayloadPatch>(() => new PayloadPatch(patch));
    }

    public override Payload ApplyTo(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var draft = new PayloadDraft(payload.Utf8.Length + _patchBytes);
        var walker = new PayloadWalker(payload.Utf8.Span);
        WriteAt(0, ref walker, draft);
        return draft.ToPayload(payload);
    }

    private void WriteAt(int step, ref PayloadWalker walker, PayloadDraft draft)
    {
        var asksForObject = AsksForObject(step);
        if (asksForObject ? !walker.IsObject : !walker.IsArray)
        {
            walker.TakeValue();
            WriteNew(step, draft);
        }
        else if (step == _steps.Count)
        {
            WriteMerged(ref walker, draft);
        }
        else if (asksForObject)
        {
            WriteMembers(step, ref walker, draft);
        }
        else
        {
            WriteElements(step, ref walker, draft);
        }
    }

    private bool AsksForObject(int step) => step == _steps.Count || _steps[step].Kind == PathStepKind.Key;

    private void WriteMembers(int step, ref PayloadWalker walker, PayloadDraft draft)
    {
        var isThere = false;
        draft.Write((byte)'{');
        while (walker.MoveToMember())
        {
            var isNext = walker.Key == _steps[step].Key;
            draft.WriteKey(walker.WrittenKey);
            walker.MoveToValue();
            if (isNext)
                WriteAt(step + 1, ref walker, draft);
            else
                draft.Write(walker.TakeValue());
            isThere |= isNext;
        }

        if (!isThere)
            WriteNewMember(step, draft);
        draft.Write((byte)'}');
    }

    private void WriteElements(int step, ref PayloadWalker walker, PayloadDraft draft)
    {
        draft.Write((byte)'[');
        for (var i = 0; walker.MoveToElement(); i++)
        {
            draft.Separate();
            if (_steps[step].Kind == PathStepKind.Elements || _steps[step].Index == i)
                WriteAt(step + 1, ref walker, draft);
            else
                draft.Write(walker.TakeValue());
        }

        draft.Write((byte)']');
    }

    private void WriteMerged(ref PayloadWalker walker, PayloadDraft draft)
    {
        var patch = _patch.Value;
        var isWritten = new bool[patch.Count];
        draft.Write((byte)'{');
        while (walker.MoveToMember())
        {
            var place = patch.PlaceOf(walker.Key);
            var written = walker.WrittenKey;
            walker.MoveToValue();
            var value = walker.TakeValue();
            if (place == PayloadPatch.Removed)
                continue;
            draft.WriteKey(written);
            draft.Write(place == PayloadPatch.Untouched ? value : patch.ValueAt(place));
            if (place != PayloadPatch.Untouched)
                isWritten[place] = true;
        }

        patch.WriteRest(isWritten, draft);
        draft.Write((byte)'}');
    }

    // What comes where there was nothing, or something of another kind.
    private void WriteNew(int step, PayloadDraft draft)
    {
        if (!AsksForObject(step))
        {
            draft.Write("[]"u8);
            return;
        }

        draft.Write((byte)'{');
        if (step == _steps.Count)
            _patch.Value.WriteRest([], draft);
        else
            WriteNewMember(step, draft);
        draft.Write((byte)'}');
    }

    private void WriteNewMember(int step, PayloadDraft draft)
    {
        draft.WriteKey(_steps[step].Key);
        WriteNew(step + 1, draft);
    }
}
