using System.Text;

namespace ActorVectorStore.Benchmarks.Report;

/// <summary>
/// What the run has to say: on the console as it comes, and on request in a file, which is written anew after every section so that a broken
/// run leaves what it had.
/// </summary>
internal sealed class MarkdownReport(string? file)
{
    private readonly StringBuilder _text = new();

    /// <summary>A line for whoever watches; not part of the report.</summary>
    public static void Progress(string line) => Console.Error.WriteLine(line);

    public void Heading(string heading) => Add($"## {heading}\n\n");

    public void SubHeading(string heading) => Add($"### {heading}\n\n");

    public void Paragraph(string text) => Add(text + "\n\n");

    public void Add(Table table) => Add(table + "\n");

    public void Title(string title) => Add($"# {title}\n\n");

    private void Add(string text)
    {
        Console.Write(text);
        _text.Append(text);
        if (file is not null)
        {
            File.WriteAllText(file, _text.ToString());
        }
    }
}
