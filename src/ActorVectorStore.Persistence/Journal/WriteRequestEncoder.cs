using System.Collections.Immutable;
using System.Text;
using ActorVectorStore.Wal;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Turns a request of the persistence framework into batches. Atomic writes whose sequence numbers follow one another share a batch up to a size,
/// which keeps each of them whole and saves frames; a rejected write leaves no byte. One thread at a time.
/// </summary>
internal sealed class WriteRequestEncoder(ExtendedActorSystem system, JournalSettings settings, EncodingEstimate estimate, bool unwrapsTags = true)
{
    private readonly EventBatchBuilder _builder = new();
    private readonly SortedSet<string> _tags = new(StringComparer.Ordinal);
    private readonly List<PreparedBatch> _batches = [];
    private ImmutableList<Exception?>.Builder? _rejections;
    private string? _persistenceId;
    private long _timestamp;
    private int _writes;

    /// <summary>Serializes the events of one persistence id. Throws if they are of several.</summary>
    public WriteRequest Encode(IReadOnlyList<AtomicWrite> writes) =>
        Akka.Serialization.Serialization.WithTransport(system, (Encoder: this, Writes: writes), static state => state.Encoder.EncodeInTransport(state.Writes));

    private WriteRequest EncodeInTransport(IReadOnlyList<AtomicWrite> writes)
    {
        _batches.Clear();
        _rejections = null;
        _persistenceId = null;
        _writes = 0;
        _timestamp = DateTime.UtcNow.Ticks;
        _builder.Begin(1, _timestamp);
        try
        {
            foreach (var write in writes)
            {
                var rejection = TryAdd(write);
                if (rejection is not null && _rejections is null)
                {
                    _rejections = ImmutableList.CreateBuilder<Exception?>();
                    _rejections.AddRange(Enumerable.Repeat<Exception?>(null, _writes));
                }

                _rejections?.Add(rejection);
                _writes++;
            }
        }
        catch
        {
            _batches.ForEach(static batch => batch.Release());
            throw;
        }

        Flush();
        return new WriteRequest(_persistenceId ?? string.Empty, _batches.Count == 0 ? [] : _batches.ToArray(), _rejections?.ToImmutable());
    }

    /// <summary>Adds the write's events to the batch, or leaves it as it was and returns why the write is rejected.</summary>
    private Exception? TryAdd(AtomicWrite write)
    {
        var events = (IImmutableList<IPersistentRepresentation>)write.Payload;
        RequireOnePersistenceId(events[0].PersistenceId);
        if (CollectTags(events) is { } refusedTag)
        {
            return refusedTag;
        }

        var first = events[0].SequenceNr;
        if (_builder.Count > 0 && (first != _builder.NextSequence || !_builder.HasRoomFor(_tags)))
        {
            Flush();
        }

        if (_builder.Count == 0)
        {
            _builder.Begin(first, _timestamp);
        }

        var mark = _builder.Current;
        var rejection = TryAddEvents(events, mark.Bytes);
        if (rejection is not null)
        {
            _builder.Rollback(mark);
            return rejection;
        }

        _builder.AddTags(_tags);
        if (_builder.Bytes >= settings.BatchBytesMax)
        {
            Flush();
        }

        return null;
    }

    private Exception? TryAddEvents(IImmutableList<IPersistentRepresentation> events, int bytesBefore)
    {
        for (var i = 0; i < events.Count; i++)
        {
            var representation = events[i];
            if (representation.SequenceNr != _builder.NextSequence)
            {
                return new NotSupportedException(
                    $"Expected the events of an atomic write to be numbered one after the other; found {representation.SequenceNr} after {_builder.NextSequence - 1}.");
            }

            if (TrySerialize(representation) is { } failure)
            {
                return failure;
            }

            if (_builder.Bytes - bytesBefore > settings.WriteBytesMax)
            {
                return new NotSupportedException(
                    $"Expected an atomic write of at most {settings.WriteBytesMax} serialized bytes; found {_builder.Bytes - bytesBefore} or more "
                    + $"in the one from sequence number {events[0].SequenceNr}.");
            }
        }

        return null;
    }

    private Exception? TrySerialize(IPersistentRepresentation representation)
    {
        var (payload, tags) = unwrapsTags && representation.Payload is Tagged tagged ? (tagged.Payload, Ordered(tagged.Tags)) : (representation.Payload, []);
        try
        {
            var serializer = system.Serialization.FindSerializerForType(payload.GetType(), settings.Serializer);
            var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, payload);
            var bytes = serializer.ToBinary(payload)
                ?? throw new InvalidDataException($"The serializer {serializer.GetType()} returned no bytes for {payload.GetType()}.");
            estimate.Note(payload.GetType(), bytes.Length);
            if (bytes.Length > settings.WriteBytesMax)
            {
                return new NotSupportedException(
                    $"Expected an event of at most {settings.WriteBytesMax} serialized bytes; found {bytes.Length} in {payload.GetType()}.");
            }

            _builder.Add(representation.WriterGuid ?? string.Empty, representation.Manifest ?? string.Empty, serializer.Identifier, manifest ?? string.Empty, tags, bytes);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private NotSupportedException? CollectTags(IImmutableList<IPersistentRepresentation> events)
    {
        _tags.Clear();
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Payload is Tagged tagged)
            {
                _tags.UnionWith(tagged.Tags);
            }
        }

        if (_tags.Count > EventBatchFormat.TagsMax)
        {
            return new NotSupportedException($"Expected at most {EventBatchFormat.TagsMax} different tags in an atomic write; found {_tags.Count}.");
        }

        foreach (var tag in _tags)
        {
            if (Encoding.UTF8.GetByteCount(tag) > EventBatch.StreamNameBytesMax)
            {
                return new NotSupportedException($"Expected a tag of at most {EventBatch.StreamNameBytesMax} UTF-8 bytes; found one of {tag.Length} characters.");
            }
        }

        return null;
    }

    private void RequireOnePersistenceId(string persistenceId)
    {
        _persistenceId ??= persistenceId;
        if (persistenceId != _persistenceId)
        {
            throw new InvalidOperationException($"Expected one request to be of one persistence id, '{_persistenceId}'; found also '{persistenceId}'.");
        }
    }

    private void Flush()
    {
        if (_builder.Count > 0)
        {
            _batches.Add(_builder.Take(_persistenceId!));
            _builder.Begin(1, _timestamp);
        }
    }

    private static string[] Ordered(IImmutableSet<string> tags)
    {
        if (tags.Count == 0)
        {
            return [];
        }

        var ordered = new string[tags.Count];
        var next = 0;
        foreach (var tag in tags)
        {
            ordered[next++] = tag;
        }

        Array.Sort(ordered, StringComparer.Ordinal);
        return ordered;
    }
}
