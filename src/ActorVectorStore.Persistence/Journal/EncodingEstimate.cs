using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Guesses whether a request will take long to serialize, so that it is done off the journal actor's thread, which all persistence ids share. What an
/// object will serialize to is not known beforehand: the last event of its type is the guide. Thread-safe.
/// </summary>
internal sealed class EncodingEstimate
{
    /// <summary>Serialized bytes from which on an event or a batch is large.</summary>
    public const int LargeBytes = 256 << 10;

    private const int EventsMax = 1000;

    private readonly ConcurrentDictionary<Type, bool> _large = new();

    /// <summary>Whether the request has many events, or one that is or may be large.</summary>
    public bool IsLarge(List<AtomicWrite> writes)
    {
        var count = 0;
        foreach (var write in writes)
        {
            var events = (IImmutableList<IPersistentRepresentation>)write.Payload;
            count += events.Count;
            if (count > EventsMax)
            {
                return true;
            }

            for (var i = 0; i < events.Count; i++)
            {
                if (IsLarge(events[i].Payload))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Remembers what an event of a type came to.</summary>
    public void Note(Type type, int bytes)
    {
        if (bytes >= LargeBytes)
        {
            _large[type] = true;
        }
        else if (!_large.IsEmpty)
        {
            _large.TryRemove(type, out _);
        }
    }

    private bool IsLarge(object? payload) => payload switch
    {
        null => false,
        byte[] bytes => bytes.Length >= LargeBytes,
        string text => text.Length >= LargeBytes,
        Tagged tagged => IsLarge(tagged.Payload),
        _ => !_large.IsEmpty && _large.ContainsKey(payload.GetType()),
    };
}
