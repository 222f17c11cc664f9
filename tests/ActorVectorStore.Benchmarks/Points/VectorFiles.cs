using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>Makes the file of vectors that a run works on: generated, or taken from a file that is given.</summary>
internal static class VectorFiles
{
    private const ulong Seed = 20_260_101;
    private const int Clusters = 256;
    private const float Spread = 0.4f;
    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// A mixture of 256 clusters of very unequal sizes around normally distributed centres. The same arguments give the same bytes on every machine: no function of
    /// the mathematical library takes part.
    /// </summary>
    public static PointSet Generate(string file, int dimension, int count)
    {
        var centres = Enumerable.Range(0, Clusters).Select(cluster => Normal(new SeededRandom(SeededRandom.Mix(Seed, (ulong)cluster)), dimension)).ToArray();
        using var stream = Create(file);
        for (var row = 0; row < count; row++)
        {
            var random = new SeededRandom(SeededRandom.Mix(Seed + 1, (ulong)row));
            var chance = random.NextDouble();
            var centre = centres[(int)(Clusters * chance * chance)];
            var vector = Normal(random, dimension);
            for (var i = 0; i < dimension; i++)
            {
                vector[i] = centre[i] + (Spread * vector[i]);
            }

            stream.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }

        return new PointSet(file, dimension, count);
    }

    /// <summary>
    /// Vectors of a file: <c>.fvecs</c> (each has its dimension in front), otherwise float32 without header, of the dimension that is given.
    /// </summary>
    /// <param name="source">The file that is given.</param>
    /// <param name="file">The file to make.</param>
    /// <param name="dimension">Components of a vector; not needed for <c>.fvecs</c>.</param>
    /// <param name="countMax">Vectors to take at most; null: all.</param>
    public static PointSet Take(string source, string file, int? dimension, int? countMax)
    {
        using var input = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        using var output = Create(file);
        var hasHeads = Path.GetExtension(source) == ".fvecs";
        var width = hasHeads ? FirstNumber(input) : dimension ?? throw new ArgumentException($"{source} does not say its dimension; give --dimension.");
        var head = new byte[hasHeads ? sizeof(int) : 0];
        var vector = new byte[width * sizeof(float)];
        var count = 0;
        while (count < (countMax ?? int.MaxValue) && input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            if (input.ReadAtLeast(vector, vector.Length, throwOnEndOfStream: false) < vector.Length)
            {
                break;
            }

            output.Write(vector);
            count++;
        }

        return count > 0 ? new PointSet(file, width, count) : throw new InvalidDataException($"{source} has no vector of {width} components.");
    }

    /// <summary>Reads a file from its beginning to its end, and says how many bytes there were.</summary>
    public static long ReadOnce(string file)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        var buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        var offset = 0L;
        for (var read = -1; read != 0; offset += read)
        {
            read = RandomAccess.Read(handle, buffer, offset);
        }

        return offset;
    }

    private static FileStream Create(string file) => new(file, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);

    private static int FirstNumber(FileStream stream)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        stream.ReadExactly(number);
        stream.Position = 0;
        return BinaryPrimitives.ReadInt32LittleEndian(number);
    }

    // The sum of four uniform numbers is near enough to a normal one, and needs neither logarithm nor cosine.
    private static float[] Normal(SeededRandom random, int dimension)
    {
        const float Scale = 1.7320508f / 65_536;
        var vector = GC.AllocateUninitializedArray<float>(dimension);
        for (var i = 0; i < dimension; i++)
        {
            var chance = random.NextUInt64();
            var sum = (int)(chance & 0xFFFF) + (int)((chance >> 16) & 0xFFFF) + (int)((chance >> 32) & 0xFFFF) + (int)(chance >> 48);
            vector[i] = (sum - 131_070) * Scale;
        }

        return vector;
    }
}
