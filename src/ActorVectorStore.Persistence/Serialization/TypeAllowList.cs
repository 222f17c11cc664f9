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
        typeof(object),
    ];

    // These carry code or the way to it; whoever lists them has given up the list.
    private static readonly Type[] NeverAllowed =
        [typeof(Delegate), typeof(MemberInfo), typeof(ParameterInfo), typeof(Assembly), typeof(Module), typeof(IntPtr), typeof(UIntPtr)];

    private static readonly HashSet<string> CoreAssemblies = new(StringComparer.Ordinal) { "System.Private.CoreLib", "System.Runtime", "mscorlib", "netstandard" };

    private readonly HashSet<Type> _types = [typeof(Nullable<>), .. PlainTypes];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public TypeAllowList(IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            RequireListable(type);
            _types.Add(type);
        }

        foreach (var type in _types)
        {
            _names.Add(NameOf(type.FullName!, type.Assembly.GetName().Name!));
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
    public bool Allows(Type type)
    {
        if (type.IsByRef || type.IsPointer || type.IsByRefLike)
        {
            return false;
        }

        if (type.IsArray)
        {
            return Allows(type.GetElementType()!);
        }

        return _types.Contains(type)
            || (type.IsConstructedGenericType && _types.Contains(type.GetGenericTypeDefinition()) && Array.TrueForAll(type.GetGenericArguments(), Allows));
    }

    /// <summary>As <see cref="Allows(Type)"/>, from a name as Hyperion writes it, without loading anything.</summary>
    public bool Allows(string name) => TypeName.TryParse(name.Replace(",%core%", string.Empty, StringComparison.Ordinal), out var parsed) && Allows(parsed);

    private bool Allows(TypeName name)
    {
        if (name.IsByRef || name.IsPointer)
        {
            return false;
        }

        if (name.IsArray)
        {
            return Allows(name.GetElementType());
        }

        if (!name.IsConstructedGenericType)
        {
            return IsListed(name);
        }

        if (IsListed(name))
        {
            return true;
        }

        foreach (var argument in name.GetGenericArguments())
        {
            if (!Allows(argument))
            {
                return false;
            }
        }

        return IsListed(name.GetGenericTypeDefinition());
    }

    // A closed type's FullName carries versions of its arguments, so that a listed closed type is found by its parts instead.
    private bool IsListed(TypeName name) => name.AssemblyName is { } assembly && _names.Contains(NameOf(name.FullName, assembly.Name));

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
