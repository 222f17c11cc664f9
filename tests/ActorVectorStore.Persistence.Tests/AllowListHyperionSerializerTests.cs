using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Hyperion;

namespace ActorVectorStore.Persistence.Tests;

public sealed class AllowListHyperionSerializerTests : PersistenceTest
{
    private static readonly Type[] Allowed =
        [typeof(Order), typeof(Line), typeof(Box), typeof(Kind), typeof(List<>), typeof(Dictionary<,>), typeof(InvalidOperationException), typeof(Pair<>)];

    private static int s_evilConstructed;

    private AllowListHyperionSerializer NewSerializer() => new((ExtendedActorSystem)Start().Sys, new TypeAllowList(Allowed));

    [Fact]
    public void Objects_of_listed_types_come_back_with_all_they_hold()
    {
        var serializer = NewSerializer();
        var order = new Order("o-1", [new Line("apple", 3, 1.25m), new Line("pear", 1, null)], Kind.Express, [1, 2, 3], Guid.NewGuid(), DateTime.UtcNow)
        {
            Notes = new Dictionary<string, object> { ["n"] = 5, ["nested"] = new List<object> { "x", new Line("y", 0, 0) } },
            Self = new Box("text"),
        };

        var read = (Order)serializer.FromBinary(serializer.ToBinary(order), typeof(object));

        Assert.Equal(order.Id, read.Id);
        Assert.Equal(order.Lines, read.Lines);
        Assert.Equal(order.Kind, read.Kind);
        Assert.Equal(order.Bytes, read.Bytes);
        Assert.Equal(order.Reference, read.Reference);
        Assert.Equal(5, read.Notes["n"]);
        Assert.Equal(new Line("y", 0, 0), ((List<object>)read.Notes["nested"])[1]);
        Assert.Equal("text", ((Box)read.Self!).Content);
    }

    [Fact]
    public void Listed_generic_types_over_allowed_arguments_come_back()
    {
        var serializer = NewSerializer();
        Assert.Equal(7, ((Pair<int>)serializer.FromBinary(serializer.ToBinary(new Pair<int>(7, 8)), typeof(object))).First);
        Assert.Equal([new Line("a", 1, null)], (List<Line>)serializer.FromBinary(serializer.ToBinary(new List<Line> { new("a", 1, null) }), typeof(object)));
        Assert.Equal([Kind.Express], (Kind[])serializer.FromBinary(serializer.ToBinary(new[] { Kind.Express }), typeof(object)));
    }

    public static TheoryData<string> Attacks() => [.. AttackObjects().Keys];

    // What a hand that can write to the journal might put there: made by an unrestricted serializer of the same library.
    private static Dictionary<string, object> AttackObjects() => new()
    {
        ["the type itself"] = new Evil(),
        ["in a field of type object"] = new Box(new Evil()),
        ["in an array"] = new[] { new Evil() },
        ["in an empty array"] = Array.Empty<Evil>(),
        ["in an object array"] = new object[] { 1, new Evil() },
        ["in a two-dimensional array"] = new[,] { { new Evil() } },
        ["in a jagged array"] = new[] { new[] { new Evil() } },
        ["in a list of objects"] = new List<object> { new Evil() },
        ["as a type argument of a listed type"] = new List<Evil> { new() },
        ["as a type argument of an own listed type"] = new Pair<Evil>(null!, null!),
        ["as a nested type argument"] = new List<List<Evil>> { new() },
        ["as a dictionary's key"] = new Dictionary<Evil, int> { [new Evil()] = 1 },
        ["as a dictionary's value"] = new Dictionary<string, object> { ["x"] = new Evil() },
        ["a listed type in an unlisted collection"] = new Stack<Line>([new Line("a", 1, null)]),
        ["in an immutable collection"] = ImmutableList.Create(new Evil()),
        ["an unlisted value type"] = new EvilValue { Text = "x" },
        ["a nullable of it in a box"] = new Box((EvilValue?)new EvilValue()),
        ["an unlisted exception"] = new EvilException(),
        ["an inner exception of a listed one"] = new InvalidOperationException("x", new EvilException()),
        ["a derived type of a listed one"] = new EvilOrder(),
        ["a delegate"] = new Box((Action)Console.Beep),
        ["a closure"] = new Box(Closure(new Evil())),
        ["a type"] = new Box(typeof(Evil)),
        ["a method"] = new Box(typeof(Evil).GetMethod(nameof(Evil.Run))!),
        ["a field"] = new Box(typeof(string).GetField("Empty")!),
        ["a property"] = new Box(typeof(Line).GetProperty("Name")!),
        ["a constructor"] = new Box(typeof(Evil).GetConstructors()[0]),
        ["an expando"] = new Box(Expando()),
        ["a serializable"] = new Box(new EvilSerializable()),
        ["a process start info"] = new Box(new FileInfo("/etc/passwd")),
        ["a tuple"] = new Box(Tuple.Create(1, new Evil())),
        ["an enum"] = new Box(DayOfWeek.Friday),
    };

    private static object Expando()
    {
        dynamic expando = new System.Dynamic.ExpandoObject();
        expando.Evil = "x";
        return expando;
    }

    private static Func<string> Closure(Evil captured) => () => captured.ToString()!;

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Bytes_that_name_another_type_are_refused_and_nothing_of_it_is_constructed(string attack)
    {
        var serializer = NewSerializer();
        var attacked = 0;
        foreach (var (versionTolerance, references) in new[] { (true, true), (false, false), (true, false) })
        {
            if (TrySerialize(attack, versionTolerance, references) is not { } bytes)
            {
                continue;
            }

            attacked++;
            var before = Volatile.Read(ref s_evilConstructed);
            Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes, typeof(object)));
            Assert.Equal(before, Volatile.Read(ref s_evilConstructed));
        }

        Assert.True(attacked > 0, "The library could not even make the attack.");
        Assert.ThrowsAny<Exception>(() => serializer.ToBinary(AttackObjects()[attack]));
    }

    private static byte[]? TrySerialize(string attack, bool versionTolerance, bool references)
    {
        var open = new Serializer(new SerializerOptions(versionTolerance, references, [], [], [], ignoreISerializable: false, [], disallowUnsafeTypes: false, typeFilter: null));
        using var stream = new MemoryStream();
        try
        {
            open.Serialize(AttackObjects()[attack], stream);
            return stream.ToArray();
        }
        catch (Exception)
        {
            return null;
        }
    }

    [Fact]
    public void Random_and_mutated_bytes_give_objects_of_listed_types_or_a_serialization_exception()
    {
        var serializer = NewSerializer();
        var random = new Random(20261123);
        var intact = serializer.ToBinary(new Order("o-1", [new Line("apple", 3, 1.25m)], Kind.Express, [1, 2, 3], Guid.Empty, DateTime.UnixEpoch));
        for (var i = 0; i < 3000; i++)
        {
            var bytes = intact.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                // Not the high bytes of lengths, which the library believes: it would only try to take memory.
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 32);
            }

            try
            {
                serializer.FromBinary(bytes, typeof(object));
            }
            catch (Exception e) when (e is SerializationException or OutOfMemoryException)
            {
            }
        }
    }

    [Theory]
    [InlineData("System.Action, System.Private.CoreLib")]
    [InlineData("System.Reflection.MethodInfo, System.Private.CoreLib")]
    [InlineData("System.Type, System.Private.CoreLib")]
    [InlineData("System.Int32[], System.Private.CoreLib")]
    [InlineData("System.IntPtr, System.Private.CoreLib")]
    [InlineData("No.Such.Type, Nowhere")]
    public void A_type_that_cannot_be_allowed_is_refused_in_the_configuration(string name)
    {
        var config = ConfigurationFactory.ParseString($"types = [\"{name}\"]");
        Assert.Throws<ConfigurationException>(() => new AllowListHyperionSerializer((ExtendedActorSystem)Start().Sys, config));
    }

    [Fact]
    public void Events_go_through_the_journal_with_the_usual_bindings_and_unlisted_ones_are_rejected()
    {
        static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
        var kit = Start(
            $$"""
            akka.actor {
              serializers.plain = "{{Name(typeof(AllowListHyperionSerializer))}}"
              serialization-bindings {
                "{{Name(typeof(Order))}}" = plain
                "{{Name(typeof(Line))}}" = plain
                "{{Name(typeof(Evil))}}" = plain
              }
              serialization-settings.plain.types = ["{{Name(typeof(Line))}}"]
            }
            """);
        var journal = JournalOf(kit);
        journal.Write("a", 1, new Line("apple", 1, 2.5m));

        var answers = JournalClient.Answers(journal.Send(journal.Atomic("a", 2, new Evil())), 1);

        Assert.IsType<Akka.Persistence.WriteMessageRejected>(answers[0]);
        Assert.Equal(new Line("apple", 1, 2.5m), journal.Replay("a").Events.Single().Payload);
    }

    public enum Kind
    {
        Normal,
        Express,
    }

    public sealed record Line(string Name, int Count, decimal? Price);

    public record Order(string Id, List<Line> Lines, Kind Kind, byte[] Bytes, Guid Reference, DateTime At)
    {
        public Dictionary<string, object> Notes { get; init; } = [];

        public object? Self { get; init; }
    }

    public sealed record EvilOrder() : Order("x", [], default, [], default, default);

    public sealed class Box(object? content)
    {
        public object? Content { get; } = content;
    }

    public sealed record Pair<T>(T First, T Second);

    public sealed class Evil
    {
        public Evil() => Interlocked.Increment(ref s_evilConstructed);

        public static void Run() => Interlocked.Increment(ref s_evilConstructed);

        public override int GetHashCode() => 1;

        public override bool Equals(object? obj) => obj is Evil;
    }

    public struct EvilValue
    {
        public string Text { get; set; }
    }

    public sealed class EvilException : Exception;

    [Serializable]
    public sealed class EvilSerializable : ISerializable
    {
        public EvilSerializable()
        {
        }

        private EvilSerializable(SerializationInfo info, StreamingContext context) => Interlocked.Increment(ref s_evilConstructed);

        public void GetObjectData(SerializationInfo info, StreamingContext context) => info.AddValue("x", 1);
    }
}
