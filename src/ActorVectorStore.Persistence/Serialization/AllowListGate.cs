using System.Collections.Concurrent;
using Hyperion;
using Hyperion.SerializerFactories;
using Hyperion.ValueSerializers;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Stands before all serializers of the Hyperion library: it sees each type before a serializer for it is made, and each type name before the type
/// is loaded. Types that are not allowed get a serializer that refuses. (Refusing already when it is asked for would leave the library with a half
/// made serializer of the type around it, for which the next caller would wait for ever.)
/// </summary>
internal sealed class AllowListGate(TypeAllowList allowed) : ValueSerializerFactory, ITypeFilter
{
    public override bool CanSerialize(Serializer serializer, Type type) => IsRefused(type);

    public override bool CanDeserialize(Serializer serializer, Type type) => IsRefused(type);

    public override ValueSerializer BuildSerializer(Serializer serializer, Type type, ConcurrentDictionary<Type, ValueSerializer> typeMapping) =>
        typeMapping.GetOrAdd(type, static refused => new RefusingSerializer(refused));

    public bool IsAllowed(string typeName) => allowed.Allows(typeName);

    // Fields may be declared with abstract types: what they hold comes with its own type, which passes here in its turn.
    private bool IsRefused(Type type) => !type.IsAbstract && !allowed.Allows(type);
}
