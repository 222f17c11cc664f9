using System.Text.Json.Nodes;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary>Points that get a line of a text each as their payload <c>{"label": "..."}</c>.</summary>
internal sealed class LabelledSource(IPointSource points, TextReader labels) : IPointSource
{
    private long _line;

    public int Dimension => points.Dimension;

    public (long Bytes, long Read) Progress => points.Progress;

    public bool TryRead(out Point? point)
    {
        if (!points.TryRead(out point))
        {
            return false;
        }

        _line++;
        var label = labels.ReadLine() ?? throw new InvalidDataException($"Expected a label for each point, found none on line {_line}.");
        point = new Point(point!.Id, point.Vector, Payload.From(new JsonObject { ["label"] = label }));
        return true;
    }

    public void Dispose()
    {
        points.Dispose();
        labels.Dispose();
    }
}
