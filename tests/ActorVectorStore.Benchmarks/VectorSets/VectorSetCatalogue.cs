using ActorVectorStore.Index;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>The sets of vectors that searches are measured on. What is missing of a set in a directory is made; what is there is used as it is.</summary>
internal static class VectorSetCatalogue
{
    private const ulong ShuffleSeed = 20_260_401;

    private static readonly (string Name, Metric Metric, Func<string, VectorTable> Load)[] Sets =
    [
        ("words", Metric.Cosine, WordVectors.Load),
        ("mnist", Metric.Euclid, DigitImages.Load),
        ("clustered200k", Metric.Euclid, _ => ClusteredVectors.Generate(200_000 + VectorSet.Queries)),
        ("clustered1m", Metric.Euclid, _ => ClusteredVectors.Generate(1_000_000 + VectorSet.Queries)),
    ];

    public static IEnumerable<string> Names => Sets.Select(set => set.Name);

    /// <summary>The set of that name, whole on disk: base vectors, queries, filters and all true neighbours.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="directory">Parent of the sets' folders, and of the packages that they come from.</param>
    public static VectorSet Prepare(string name, string directory)
    {
        var (_, metric, load) = Sets.Single(set => set.Name == name);
        var set = new VectorSet(name, metric, Path.Combine(directory, name));
        if (!File.Exists(set.BaseFile))
        {
            Directory.CreateDirectory(set.Directory);
            HoldOut(set, load(Path.Combine(directory, "packages")));
        }

        var missing = RowFilterKind.All.Where(filter => !File.Exists(set.TruthFileOf(filter))).ToList();
        if (missing.Count > 0 || !File.Exists(set.TruthFile))
        {
            FindTruth(set, missing);
        }

        return set;
    }

    // Shuffled first: the words come in the order of their frequency, and the neighbours of rare words are harder to find. The base vectors stay shuffled, too.
    private static void HoldOut(VectorSet set, VectorTable all)
    {
        var order = Enumerable.Range(0, all.Count).ToArray();
        var random = new SeededRandom(ShuffleSeed);
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = random.Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        all.Take(order.AsSpan(0, VectorSet.Queries)).Write(set.QueryFile);
        WriteWhole(set.BaseFile, all.Take(order.AsSpan(VectorSet.Queries)).Write);
    }

    private static void FindTruth(VectorSet set, List<RowFilterKind> missing)
    {
        var (rows, queries) = (VectorTable.Read(set.BaseFile), VectorTable.Read(set.QueryFile));
        if (!File.Exists(set.TruthFile))
        {
            WriteWhole(set.TruthFile, GroundTruth.Find(set.Metric, rows, queries, passing: null).Write);
        }

        foreach (var filter in missing)
        {
            var passing = filter.PassingRows(rows, set.Metric);
            var bits = new byte[(rows.Count + 7) / 8];
            foreach (var row in passing)
            {
                bits[row / 8] |= (byte)(1 << (row % 8));
            }

            File.WriteAllBytes(set.FilterFile(filter), bits);
            WriteWhole(set.TruthFileOf(filter), GroundTruth.Find(set.Metric, rows, queries, passing).Write);
        }
    }

    // A run that is broken off leaves no half of a file behind that the next one would take for whole.
    private static void WriteWhole(string file, Action<string> write)
    {
        write(file + ".part");
        File.Move(file + ".part", file, overwrite: true);
    }
}
