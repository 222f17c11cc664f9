using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Hyperion;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Serializes plain objects with the Hyperion library, without attributes or schemas, and constructs only types from a list: bytes that name
/// another type are refused before that type is loaded. For users' own events and snapshots; nothing of this engine uses it.
/// <code>
/// akka.actor {
///   serializers.plain = "ActorVectorStore.Persistence.AllowListHyperionSerializer, ActorVectorStore.Persistence"
///   serialization-bindings { "Shop.OrderPlaced, Shop" = plain }
///   serialization-settings.plain.types = [
///     "Shop.OrderPlaced, Shop"
///     "Shop.OrderLine, Shop"
///     "System.Collections.Generic.List`1, System.Private.CoreLib"
///   ]
/// }
/// </code>
/// Arrays and nullable values of listed types, numbers, text, dates and GUIDs need not be listed; generic types are listed by their definition, and
/// their arguments must be allowed as well (list interfaces that appear there, too). Delegates and types that carry code cannot be listed.
/// </summary>
public sealed class AllowListHyperionSerializer : Akka.Serialization.Serializer
{
    /// <summary>The identifier under which payloads are stored; it never changes.</summary>
    public const int StoredIdentifier = 16726;

    private readonly Serializer _serializer;

    /// <summary>Called by the framework with the section <c>akka.actor.serialization-settings.[name]</c>.</summary>
    /// <exception cref="ConfigurationException"><c>types</c> is missing, or lists a type that is unknown or may not be listed.</exception>
    public AllowListHyperionSerializer(ExtendedActorSystem system, Config config)
        : this(system, TypeAllowList.Parse(config?.GetStringList("types") ?? [], "types"))
    {
    }

    internal AllowListHyperionSerializer(ExtendedActorSystem system, TypeAllowList allowed)
        : base(system)
    {
        var gate = new AllowListGate(allowed);
        _serializer = new Serializer(new SerializerOptions(
            versionTolerance: true,
            preserveObjectReferences: true,
            surrogates: [],
            serializerFactories: [gate],
            knownTypes: [],
            ignoreISerializable: true,
            packageNameOverrides: [],
            disallowUnsafeTypes: true,
            typeFilter: gate));
        RefuseTypeValues(_serializer);
    }

    /// <inheritdoc/>
    public override int Identifier => StoredIdentifier;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The object, or one inside it, is of a type that is not allowed.</exception>
    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        _serializer.Serialize(obj, stream);
        return stream.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes name a type that is not allowed, or are not Hyperion's.</exception>
    public override object FromBinary(byte[] bytes, Type type)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var stream = new WholeReadStream(bytes);
            return _serializer.Deserialize(stream);
        }
        catch (Exception e) when (e is not (SerializationException or OutOfMemoryException))
        {
            throw new SerializationException($"Expected bytes of an allowed type; found others: {e.Message}", e);
        }
    }

    /// <summary>
    /// The library writes a value of type <see cref="Type"/> without asking anybody, but reading asks the list: such an event would be stored and
    /// never come back. Without the built-in writer the gate refuses it when it is written. Works on the pinned version of the library only.
    /// </summary>
    private static void RefuseTypeValues(Serializer serializer)
    {
        var builtIn = (System.Collections.Concurrent.ConcurrentDictionary<Type, Hyperion.ValueSerializers.ValueSerializer>?)typeof(Serializer)
            .GetField("_serializers", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)?.GetValue(serializer)
            ?? throw new NotSupportedException("This version of Hyperion keeps its writers elsewhere; expected version 0.12.2.");
        builtIn.TryRemove(typeof(Type), out _);
        builtIn.TryRemove(typeof(Type).GetType(), out _);
    }
}
