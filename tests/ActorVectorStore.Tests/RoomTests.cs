using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace ActorVectorStore.Tests;

public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["FileSystem"] = [],
        ["Model"] = [],
        ["Index"] = [],
        ["Wal"] = ["FileSystem"],
        ["Storage"] = ["Model", "FileSystem", "Index"],
        ["Persistence"] = ["Wal"],
        ["Cluster"] = ["Storage", "Model", "FileSystem"],
        [""] = ["Cluster", "Persistence", "Model", "Storage", "Wal", "FileSystem"],
        ["Cli"] = ["", "Persistence", "Storage", "Wal", "FileSystem", "Model"],
    };

    // Types that a room uses although its project does not name their room; a reference brings it along. Each is to be made an arrow or go.
    private static readonly Dictionary<string, string[]> UsesWithoutReference = new() { ["Persistence"] = ["FileSystem"] };

    private static readonly string[] RoomsWithoutSubject = ["Utils", "Helpers", "Common", "Core", "Extensions", "Misc"];

    [Fact]
    public void References_between_rooms_follow_the_arrows()
    {
        var rooms = Directory.GetFiles(Source(), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(Arrows.Count, rooms.Length);
        foreach (var room in rooms)
        {
            var references = XDocument.Load(room).Descendants("ProjectReference").Select(reference => NameOf(reference.Attribute("Include")!.Value));
            Assert.Equal(Arrows[NameOf(room)].Order(), references.Order());
        }
    }

    [Fact]
    public void Rooms_use_no_others_than_those_that_they_name()
    {
        foreach (var room in Arrows.Keys.Where(room => room != "Cli"))
        {
            var used = Assembly.Load(AssemblyOf(room)).GetReferencedAssemblies().Select(assembly => assembly.Name!)
                .Where(name => name.StartsWith("ActorVectorStore", StringComparison.Ordinal)).Select(NameOf);
            Assert.Empty(used.Except(Arrows[room]).Except(UsesWithoutReference.GetValueOrDefault(room, [])));
        }
    }

    [Fact]
    public void Every_room_has_a_subject_and_says_what_it_is()
    {
        foreach (var room in Directory.GetDirectories(Source()))
        {
            Assert.True(File.Exists(Path.Combine(room, "README.md")), $"{room} has no README.md");
            Assert.DoesNotContain(Directory.GetDirectories(room, "*", SearchOption.AllDirectories), folder => RoomsWithoutSubject.Contains(Path.GetFileName(folder)));
        }
    }

    private static string AssemblyOf(string room) => room.Length == 0 ? "ActorVectorStore" : $"ActorVectorStore.{room}";

    private static string NameOf(string project) => Path.GetFileName(project.Replace('\\', '/'))
        .Replace(".csproj", "", StringComparison.Ordinal)["ActorVectorStore".Length..].TrimStart('.');

    private static string Source([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../src"));
}
