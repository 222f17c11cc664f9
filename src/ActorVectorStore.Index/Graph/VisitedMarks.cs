using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// Which nodes a walk has met: a byte for each node with the number of the walk that met it last, so that a new walk begins without clearing. One thread.
/// </summary>
internal unsafe sealed class VisitedMarks : IDisposable
{
    private AlignedMemory _memory = new(0);
    private byte* _marks;
    private byte _walk;

    /// <summary>The marks of the walk that <see cref="Begin"/> began.</summary>
    public byte* Marks => _marks;

    /// <summary>The value of this walk.</summary>
    public byte Walk => _walk;

    /// <summary>Begins a walk over so many nodes, none of which is marked.</summary>
    public void Begin(int nodes)
    {
        if (_memory.ByteCount < nodes)
        {
            _memory.Dispose();
            _memory = new AlignedMemory(nodes);
            _marks = _memory.Start;
            _walk = 0;
        }

        if (++_walk != 0)
            return;
        new Span<byte>(_marks, checked((int)_memory.ByteCount)).Clear();
        _walk = 1;
    }

    /// <summary>Marks a node; whether it was not marked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMark(uint node)
    {
        if (_marks[node] == _walk)
            return false;
        _marks[node] = _walk;
        return true;
    }

    /// <summary>Marks a node; 1 if it was not marked, and 0 if it was: for loops in which no branch would be guessed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Mark(uint node)
    {
        var isNew = _marks[node] != _walk;
        _marks[node] = _walk;
        return isNew ? 1 : 0;
    }

    public void Dispose() => _memory.Dispose();
}
