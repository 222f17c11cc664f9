using System.Runtime.Serialization;
using Hyperion;
using Hyperion.ValueSerializers;

namespace ActorVectorStore.Persistence;

/// <summary>Stands for a type that is not in the list: writes and reads nothing of it.</summary>
internal sealed class RefusingSerializer(Type type) : ValueSerializer
{
    public override void WriteManifest(Stream stream, SerializerSession session) => throw Refusal();

    public override void WriteValue(Stream stream, object value, SerializerSession session) => throw Refusal();

    public override object ReadValue(Stream stream, DeserializerSession session) => throw Refusal();

    public override Type GetElementType() => throw Refusal();

    private SerializationException Refusal() => new($"{type.FullName}, {type.Assembly.GetName().Name} is not in the serializer's list of types.");
}
