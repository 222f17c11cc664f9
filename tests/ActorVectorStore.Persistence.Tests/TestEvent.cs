using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Serialization;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>An event that the test serializer stores as it is, refuses to store, or stores and refuses to read.</summary>
public sealed record TestEvent(string Kind, byte[] Bytes, IActorRef? Reference = null)
{
    public static TestEvent Plain(string text) => new("plain", System.Text.Encoding.UTF8.GetBytes(text));

    public static TestEvent Unserializable { get; } = new("unserializable", []);

    public static TestEvent Undecodable { get; } = new("undecodable", []);

    /// <summary>What the serializer waits for before it stores an event of the kind "gated".</summary>
    public SemaphoreSlim Gate => Gates.GetOrAdd(Text, static _ => new SemaphoreSlim(0));

    private static ConcurrentDictionary<string, SemaphoreSlim> Gates { get; } = new();

    public static TestEvent Gated(string text) => Plain(text) with { Kind = "gated" };

    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);
}

public sealed class TestEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 90210;

    public override string Manifest(object o) => ((TestEvent)o).Kind;

    public override byte[] ToBinary(object obj)
    {
        var e = (TestEvent)obj;
        if (Akka.Serialization.Serialization.GetCurrentTransportInformation() is null)
        {
            throw new InvalidOperationException("Serialized without transport information.");
        }

        return e.Kind switch
        {
            "unserializable" => throw new NotSupportedException("This event cannot be serialized."),
            "gated" => e.Gate.Wait(TimeSpan.FromSeconds(60)) ? e.Bytes : throw new TimeoutException(),
            "reference" => System.Text.Encoding.UTF8.GetBytes(Akka.Serialization.Serialization.SerializedActorPath(e.Reference)),
            _ => e.Bytes,
        };
    }

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "undecodable" => throw new InvalidDataException("This event cannot be read."),
        "reference" => new TestEvent("reference", bytes, system.Provider.ResolveActorRef(System.Text.Encoding.UTF8.GetString(bytes))),
        _ => new TestEvent(manifest, bytes),
    };
}
