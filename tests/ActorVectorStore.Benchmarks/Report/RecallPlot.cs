using ActorVectorStore.Benchmarks.Search;
using ScottPlot;
using ScottPlot.MultiplotLayouts;
using ScottPlot.TickGenerators;

namespace ActorVectorStore.Benchmarks.Report;

/// <summary>
/// Recall against queries a second, a panel for each set: further up and further right is better. What is missed counts on a logarithmic scale (0.9, 0.99, 0.999 are as far from one another), and so do
/// queries a second.
/// </summary>
internal sealed class RecallPlot
{
    private const int PanelWidth = 640;
    private const int PanelHeight = 480;
    private const int PanelsInRow = 2;

    // Another one is taken where it is missing.
    private const string Font = "DejaVu Sans";

    // Beyond it the queries of a set are too few to tell.
    private const double RecallMax = 0.9997;
    private const double RecallMin = 0.6;

    // Beside the points, in decades.
    private const double Margin = 0.08;

    private static readonly double[] RecallTicks = [0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
    private static readonly Color[] Colors = [Color.FromHex("#1b6ca8"), Color.FromHex("#c8553d"), Color.FromHex("#5b8c3a")];
    private static readonly MarkerShape[] Markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp];

    private readonly List<(string Title, (string Name, RecallCurve Curve)[] Curves)> _panels = [];

    public void Add(string title, (string Name, RecallCurve Curve)[] curves) => _panels.Add((title, curves));

    /// <summary>Draws all panels that there are into a PNG file.</summary>
    public void Write(string file)
    {
        var columns = Math.Min(PanelsInRow, _panels.Count);
        var rows = (_panels.Count + columns - 1) / columns;
        var plots = new Multiplot();
        plots.AddPlots(_panels.Count);
        plots.Layout = new Grid(rows, columns);
        for (var panel = 0; panel < _panels.Count; panel++)
            Draw(plots.GetPlot(panel), _panels[panel].Title, _panels[panel].Curves);
        plots.SavePng(file, columns * PanelWidth, rows * PanelHeight);
    }

    private static void Draw(Plot plot, string title, (string Name, RecallCurve Curve)[] curves)
    {
        var (rates, left) = (new List<double>(), Across(RecallMax));
        for (var i = 0; i < curves.Length; i++)
        {
            var points = curves[i].Curve.Points.Where(point => point.Recall is >= RecallMin and <= RecallMax).ToArray();
            if (points.Length == 0)
                continue;
            var line = plot.Add.Scatter(Array.ConvertAll(points, point => Across(point.Recall)), Array.ConvertAll(points, point => Math.Log10(point.QueriesPerSecond)), Colors[i % Colors.Length]);
            (line.LegendText, line.LineWidth, line.MarkerShape, line.MarkerSize) = (curves[i].Name, 2, Markers[i % Markers.Length], 7);
            rates.AddRange(points.Select(point => point.QueriesPerSecond));
            left = Math.Min(left, Across(points[0].Recall));
        }

        plot.Title(title);
        plot.XLabel("recall@10");
        plot.YLabel("queries/s, one thread");
        plot.Axes.Bottom.TickGenerator = new NumericManual(Array.ConvertAll(RecallTicks, Across), Array.ConvertAll(RecallTicks, recall => $"{recall}"));
        var ticks = RateTicks(rates).ToArray();
        plot.Axes.Left.TickGenerator = new NumericManual(Array.ConvertAll(ticks, Math.Log10), Array.ConvertAll(ticks, rate => $"{rate:#,0}"));
        plot.Axes.SetLimitsX(left - Margin, Across(RecallMax) + Margin);
        if (rates.Count > 0)
            plot.Axes.SetLimitsY(Math.Log10(rates.Min() / 1.3), Math.Log10(rates.Max() * 1.3));
        plot.Font.Set(Font);
        plot.ShowLegend(Alignment.UpperRight);
    }

    private static double Across(double recall) => -Math.Log10(1 - recall);

    // 1, 2, 5, 10, 20 and so on.
    private static IEnumerable<double> RateTicks(List<double> rates)
    {
        if (rates.Count == 0)
            yield break;
        for (var decade = Math.Pow(10, Math.Floor(Math.Log10(rates.Min()))); decade <= rates.Max() * 1.3; decade *= 10)
        {
            foreach (var step in new[] { 1, 2, 5 })
                yield return decade * step;
        }
    }
}
