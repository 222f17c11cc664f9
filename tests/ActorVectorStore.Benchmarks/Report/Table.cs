using System.Text;

namespace ActorVectorStore.Benchmarks.Report;

/// <summary>A Markdown table; its first columns are text, the others are figures and align right.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>How many of the first columns are text.</summary>
    public int TextColumns { get; init; } = 1;

    public void Add(params string[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"Expected {columns.Length} cells, found {cells.Length}.", nameof(cells));
        }

        _rows.Add(cells);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        AppendRow(text, columns);
        AppendRow(text, [.. columns.Select((_, column) => column < TextColumns ? "---" : "---:")]);
        _rows.ForEach(row => AppendRow(text, row));
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
