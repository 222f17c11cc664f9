namespace ActorVectorStore.Index;

/// <summary>
/// What the ways to search cost on a machine, relative to one another: by them the cheapest is chosen. Wrong figures make searches slower, never wrong.
/// </summary>
/// <param name="ScannedRow">Comparing one row of a scan of passing vectors, in ns.</param>
/// <param name="ScannedLine">Each line of 64 bytes of codes that a scan compares, in ns.</param>
/// <param name="WalkedRow">Comparing one row of a walk, in ns.</param>
/// <param name="WalkedLine">Each line of 64 bytes of codes that a walk compares, in ns.</param>
/// <param name="ExpandedNode">Going over the list of one node, in ns.</param>
public sealed record WalkCosts(double ScannedRow, double ScannedLine, double WalkedRow, double WalkedLine, double ExpandedNode)
{
    /// <summary>Figures of one server of 2024.</summary>
    public static WalkCosts Default { get; } = new(ScannedRow: 6, ScannedLine: 2.5, WalkedRow: 12, WalkedLine: 4, ExpandedNode: 80);

    internal double Scan(double rows, int rowBytes) => rows * (ScannedRow + (ScannedLine * rowBytes / 64));

    internal double Walk(double rows, double expanded, int rowBytes) => (rows * (WalkedRow + (WalkedLine * rowBytes / 64))) + (expanded * ExpandedNode);
}
