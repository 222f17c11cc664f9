using Akka.Actor;
using Akka.Serialization;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>Copies the bytes, so that a journal is measured and not a serializer.</summary>
internal sealed class BenchmarkEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string EventManifest = "e";

    public override int Identifier => 7_340_101;

    public override string Manifest(object o) => EventManifest;

    public override byte[] ToBinary(object obj) => obj is BenchmarkEvent persisted
        ? (byte[])persisted.Payload.Clone()
        : throw new ArgumentException($"Expected a {nameof(BenchmarkEvent)}, found {obj.GetType()}.", nameof(obj));

    public override object FromBinary(byte[] bytes, string manifest) => new BenchmarkEvent((byte[])bytes.Clone());
}
