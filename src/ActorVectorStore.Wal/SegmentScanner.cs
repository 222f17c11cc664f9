using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>Reads one segment frame by frame and judges by <see cref="RecoveryTable"/> where it ends. Changes nothing.</summary>
internal sealed class SegmentScanner(IFile file, uint number, FrameWindow window, WalMutations mutations)
{
    private readonly long _length = file.Length;
    private FrameState _endState;
    private FrameHeader _endHeader;

    /// <summary>Where the scan stands: after it, the end of the valid frames.</summary>
    public long Offset { get; private set; } = SegmentFormat.HeaderBytes;

    /// <summary>Checksum of the last accepted frame.</summary>
    public ulong Chain { get; private set; }

    /// <summary>Where the commit of the last accepted frame began.</summary>
    public uint LastCommit { get; private set; } = SegmentFormat.HeaderBytes;

    /// <summary>After a torn end: the end of the last frame behind it that is left of the commit.</summary>
    public long TornEnd { get; private set; }

    /// <summary>The segment ends with its index: no frame was ever written behind it.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>The last accepted frame is the mark of a clean end.</summary>
    public bool EndsWithMark { get; private set; }

    /// <summary>An index frame stands at the end, or one whose payload is damaged.</summary>
    public bool HasIndex { get; private set; }

    /// <summary>
    /// Accepts frames to the end of the segment's log and gives each to <paramref name="accept"/>. <paramref name="knownEnd"/> is where the next
    /// segment says that this one ended. <paramref name="isFollowed"/> says that a later segment has frames, so that all of this one was synced.
    /// </summary>
    /// <exception cref="CorruptionException">Bytes that were synced are damaged.</exception>
    public void Scan(long? knownEnd, bool isFollowed, AcceptFrame accept)
    {
        while (Offset != knownEnd)
        {
            var state = window.Read(file, number, Offset, _length, out var header, out var meta, out var payload);
            var follows = state == FrameState.Valid && Follows(header);
            if (state == FrameState.Valid && follows)
            {
                accept(header, (uint)Offset, meta, payload);
                LastCommit = header.CommitOffset;
                if (header.Kind == FrameKind.SegmentIndex)
                {
                    (IsSealed, HasIndex) = (true, true);
                    return;
                }

                EndsWithMark = header.Kind == FrameKind.Mark;
                Chain = header.Checksum;
                Offset += header.FrameBytes;
                continue;
            }

            var later = knownEnd is not null || (state == FrameState.Valid && header.CommitOffset == Offset) ? LaterFrames.ProveSync : FindLater();
            if (isFollowed && (state, later) != (FrameState.NotAFrame, LaterFrames.None))
            {
                later = LaterFrames.ProveSync;
            }

            HasIndex = state == FrameState.PayloadDamaged && header.Kind == FrameKind.SegmentIndex;
            End(state, later, header);
            return;
        }
    }

    private bool Follows(in FrameHeader header)
    {
        if ((mutations & WalMutations.SkipChain) != 0)
        {
            return true;
        }

        var isStart = Offset == SegmentFormat.HeaderBytes;
        return isStart == (header.Kind == FrameKind.SegmentStart)
            && (isStart || header.Chain == Chain);
    }

    private void End(FrameState state, LaterFrames later, in FrameHeader header)
    {
        (_endState, _endHeader) = (state, header);
        var verdict = RecoveryTable.Decide(state, follows: false, later);
        if (verdict == RecoveryVerdict.Corrupt && (mutations & WalMutations.TruncateOnBadFrame) == 0)
        {
            throw Damage();
        }

        if (verdict != RecoveryVerdict.End)
        {
            TornEnd = Math.Max(TornEnd, state == FrameState.NotAFrame ? Offset + FrameFormat.HeadBytes : Offset + header.FrameBytes);
        }
    }

    /// <summary>What stands at the end is damage, because it was synced.</summary>
    public CorruptionException Damage() => new(
        file.Path,
        Offset,
        "a frame that was synced, as later frames prove",
        _endState switch
        {
            FrameState.NotAFrame => "bytes that are no frame of this log",
            FrameState.PayloadDamaged => $"a frame whose payload does not have its checksum {_endHeader.PayloadChecksum:x16}",
            _ => $"a frame that follows one with checksum {_endHeader.Chain:x16} instead of {Chain:x16}",
        });

    /// <summary>Looks for heads of frames behind the offset, wherever they may begin: the lengths before them cannot be trusted.</summary>
    private LaterFrames FindLater()
    {
        var found = LaterFrames.None;
        var offset = Offset;
        while ((offset = NextCandidate(offset + FrameFormat.Alignment)) <= _length - FrameFormat.HeadBytes)
        {
            if (!window.TryReadHead(file, number, offset, _length, out var header, out _))
            {
                continue;
            }

            if (header.CommitOffset > Offset)
            {
                return LaterFrames.ProveSync;
            }

            found = LaterFrames.OfTheSameCommit;
            TornEnd = offset + header.FrameBytes;
        }

        return found;
    }

    /// <summary>The next offset whose kind, flags and reserved bytes could be those of a head; a segment is passed over at the speed of reading it.</summary>
    private long NextCandidate(long offset)
    {
        const int Step = 256 << 10;
        const int KindOffset = 8;
        while (offset <= _length - FrameFormat.HeadBytes)
        {
            // Read from the candidate's own beginning, so that looking at it more closely does not read the same bytes once more.
            var words = MemoryMarshal.Cast<byte, ulong>(window.Bytes(file, offset, Step, _length).Span[KindOffset..]);
            var found = FirstCandidate(words);
            if (found >= 0)
            {
                return offset + (found * FrameFormat.Alignment);
            }

            offset += Math.Max(1, words.Length) * FrameFormat.Alignment;
        }

        return _length;
    }

    // Optimised from the first call: opening a log runs it once, over megabytes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FirstCandidate(ReadOnlySpan<ulong> words)
    {
        var (mask, one, most) = (new Vector<ulong>(uint.MaxValue), Vector<ulong>.One, new Vector<ulong>(FrameFormat.KindAndFlagsMax));
        var i = 0;
        while (i <= words.Length - Vector<ulong>.Count && !Vector.LessThanOrEqualAny((new Vector<ulong>(words[i..]) & mask) - one, most))
        {
            i += Vector<ulong>.Count;
        }

        for (; i < words.Length; i++)
        {
            if ((uint)words[i] - 1 <= FrameFormat.KindAndFlagsMax)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Takes in an accepted frame. Meta and payload are valid during the call.</summary>
internal delegate void AcceptFrame(in FrameHeader header, uint offset, ReadOnlyMemory<byte> meta, ReadOnlyMemory<byte> payload);
