using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Hyperion;
using Hyperion.SerializerFactories;
using Hyperion.ValueSerializers;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Stands before all serializers of the Hyperion library: it sees each type before a serializer for it is made, and each type name before the type
/// is loaded, and lets only allowed ones pass.
/// </summary>
internal sealed class AllowListGate(TypeAllowList allowed) : ValueSerializerFactory, ITypeFilter
{
    public override bool CanSerialize(Serializer serializer, Type type) => Pass(type);

    public override bool CanDeserialize(Serializer serializer, Type type) => Pass(type);

    public override ValueSerializer BuildSerializer(Serializer serializer, Type type, ConcurrentDictionary<Type, ValueSerializer> typeMapping) =>
        throw new SerializationException($"{type} has no serializer here.");

    public bool IsAllowed(string typeName) => allowed.Allows(typeName);

    // Fields may be declared with abstract types and as object: what they hold comes with its own type, which passes here in its turn.
    private bool Pass(Type type) => type.IsAbstract || type == typeof(object) || allowed.Allows(type)
        ? false
        : throw new SerializationException($"{type.FullName}, {type.Assembly.GetName().Name} is not in the serializer's list of types.");
}
