using System.Reflection;
using System.Reflection.Metadata;
using Akka.Configuration;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The types that may be constructed from bytes: those listed, arrays and <see cref="Nullable{T}"/> of allowed types, listed generic types over
/// allowed arguments, and the plain values that everybody needs (numbers, text, dates, GUIDs, bare objects). Immutable.
/// </summary>
internal sealed class TypeAllowList
{
    private static readonly Type[] PlainTypes =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float),
        typeof(double), typeof(decimal), typeof(char), typeof(string), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(object), typeof(System.Collections.DictionaryEntry),
    ];

    // These carry code or the way to it; whoever lists them has given up the list.
    private static readonly Type[] NeverAllowed =
        [typeof(Delegate), typeof(MemberInfo), typeof(ParameterInfo), typeof(Assembly), typeof(Module), typeof(IntPtr), typeof(UIntPtr)];

    private static readonly HashSet<string> CoreAssemblies = new(StringComparer.Ordinal) { "System.Private.CoreLib", "System.Runtime", "mscorlib", "netstandard" };

    private readonly HashSet<Type> _types = [typeof(Nullable<>), typeof(KeyValuePair<,>), .. PlainTypes];
    private readonly Dictionary<string, Type> _names = new(StringComparer.Ordinal);

    public TypeAllowList(IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            RequireListable(type);
            _types.Add(type);
        }

        foreach (var type in _types)
        {
            _names.Add(NameOf(type.FullName!, type.Assembly.GetName().Name!), type);
        }
    }

    /// <summary>Resolves the names of a configuration; assembly-qualified, generic types open (<c>List`1</c>) or closed.</summary>
    /// <exception cref="ConfigurationException">A type is unknown, or may not be listed.</exception>
    public static TypeAllowList Parse(IEnumerable<string> names, string setting)
    {
        try
        {
            return new TypeAllowList(names.Select(name => Type.GetType(name, throwOnError: true)!));
        }
        catch (Exception e) when (e is TypeLoadException or IOException or ArgumentException or BadImageFormatException)
        {
            throw new ConfigurationException($"{setting} must list assembly-qualified names of types that may be allowed; found one that is not: {e.Message}", e);
        }
    }

    /// <summary>Whether objects of this type may be constructed.</summary>
    public bool Allows(Type type) => !type.ContainsGenericParameters && !type.IsAbstract && AllowsToMention(type);

    /// <summary>As <see cref="Allows(Type)"/>, from a name as Hyperion writes it, without loading anything.</summary>
    public bool Allows(string name) =>
        TypeName.TryParse(name.Replace(",%core%", string.Empty, StringComparison.Ordinal), out var parsed) && AllowsToMention(parsed) && IsConstructible(parsed);

    // Abstract types that are listed may be arguments and elements of others.
    private bool AllowsToMention(Type type)
    {
        if (type.IsByRef || type.IsPointer || type.IsByRefLike)
        {
            return false;
        }

        if (type.IsArray)
        {
            return AllowsToMention(type.GetElementType()!);
        }

        return type.IsConstructedGenericType
            ? _types.Contains(type.GetGenericTypeDefinition()) && Array.TrueForAll(type.GetGenericArguments(), AllowsToMention)
            : _types.Contains(type);
    }

    private bool AllowsToMention(TypeName name)
    {
        if (name.IsByRef || name.IsPointer)
        {
            return false;
        }

        if (name.IsArray)
        {
            return AllowsToMention(name.GetElementType());
        }

        if (!name.IsConstructedGenericType)
        {
            return Find(name) is { IsGenericTypeDefinition: false };
        }

        if (Find(name.GetGenericTypeDefinition()) is not { IsGenericTypeDefinition: true } definition
            || name.GetGenericArguments().Length != definition.GetGenericArguments().Length)
        {
            return false;
        }

        foreach (var argument in name.GetGenericArguments())
        {
            if (!AllowsToMention(argument))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsConstructible(TypeName name) =>
        name.IsArray || Find(name.IsConstructedGenericType ? name.GetGenericTypeDefinition() : name) is { IsAbstract: false };

    private Type? Find(TypeName name) => name.AssemblyName is { } assembly ? _names.GetValueOrDefault(NameOf(name.FullName, assembly.Name)) : null;

    private static string NameOf(string fullName, string assembly) => $"{fullName}, {(CoreAssemblies.Contains(assembly) ? "core" : assembly)}";

    private static void RequireListable(Type type)
    {
        if (Array.Exists(NeverAllowed, never => never.IsAssignableFrom(type)))
        {
            throw new ArgumentException($"{type} cannot be allowed: it carries code.");
        }

        if (type.IsArray || type.IsConstructedGenericType)
        {
            throw new ArgumentException($"{type} need not be listed: list its element type, or its generic definition and its arguments.");
        }
    }
}
