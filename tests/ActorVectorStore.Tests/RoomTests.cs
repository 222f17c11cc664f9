using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace ActorVectorStore.Tests;

public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["FileSystem"] = [],
        ["Model"] = [],
        ["Wal"] = ["FileSystem"],
        ["Storage"] = ["Model", "FileSystem"],
        ["Persistence"] = ["Wal"],
        ["Cluster"] = ["Storage", "Model"],
        [""] = ["Cluster", "Persistence", "Model", "Storage", "Wal"],
        ["Cli"] = ["", "Persistence", "Wal", "FileSystem", "Model"],
    };

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
    public void Every_room_has_a_subject_and_says_what_it_is()
    {
        foreach (var room in Directory.GetDirectories(Source()))
        {
            Assert.True(File.Exists(Path.Combine(room, "README.md")), $"{room} has no README.md");
            Assert.DoesNotContain(Directory.GetDirectories(room, "*", SearchOption.AllDirectories), folder => RoomsWithoutSubject.Contains(Path.GetFileName(folder)));
        }
    }

    private static string NameOf(string project) =>
        Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["ActorVectorStore".Length..].TrimStart('.');

    private static string Source([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../src"));
}
