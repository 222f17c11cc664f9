namespace ActorVectorStore.Model;

/// <summary>The members of an object that is merged into others, found by their keys.</summary>
internal sealed class PayloadPatch
{
    /// <summary>The place of a key that the patch does not have.</summary>
    public const int Untouched = -1;

    /// <summary>The place of a key whose value is null.</summary>
    public const int Removed = -2;

    private readonly List<(byte[] Key, byte[] Value)> _members = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public PayloadPatch(Payload payload)
    {
        var walker = new PayloadWalker(payload.Utf8.Span);
        while (walker.MoveToMember())
        {
            var key = walker.Key;
            var written = walker.WrittenKey.ToArray();
            walker.MoveToValue();
            _places[key] = walker.IsNull ? Removed : _members.Count;
            var value = walker.TakeValue();
            if (_places[key] != Removed)
                _members.Add((written, value.ToArray()));
        }
    }

    /// <summary>Members whose value is not null.</summary>
    public int Count => _members.Count;

    /// <summary>Position of the member with this key, or <see cref="Untouched"/> or <see cref="Removed"/>.</summary>
    public int PlaceOf(string key) => _places.GetValueOrDefault(key, Untouched);

    /// <summary>The value of a member as it is written.</summary>
    public ReadOnlySpan<byte> ValueAt(int place) => _members[place].Value;

    /// <summary>Writes the members that were not written yet, in the order of the patch.</summary>
    public void WriteRest(ReadOnlySpan<bool> isWritten, PayloadDraft draft)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (!isWritten.IsEmpty && isWritten[i])
                continue;
            draft.WriteKey(_members[i].Key);
            draft.Write(_members[i].Value);
        }
    }
}
