namespace ActorVectorStore.Index;

/// <summary>Memory of an index that is in no file; its parts are freed by their finalizers.</summary>
internal sealed unsafe class GraphMemory(int count, int degree, int rowBytes) : IDisposable
{
    private readonly AlignedMemory _codes = new((long)count * rowBytes);
    private readonly AlignedMemory _links = new(GraphLinks.BytesOf(count, degree));
    private readonly AlignedMemory _vectors = new((long)count * sizeof(uint));
    private readonly AlignedMemory _nodes = new((long)count * sizeof(uint));

    private CodeTable Codes => new((nint)_codes.Start, rowBytes, count);

    private GraphLinks Links => new((nint)_links.Start, degree, count);

    public Span<byte> CodesOf(int node) => new(Codes.Row((uint)node), rowBytes);

    public Span<uint> LinksOf(int node) => new(Links.List((uint)node), degree);

    public void Assign(int node, int vector)
    {
        ((uint*)_vectors.Start)[node] = (uint)vector;
        ((uint*)_nodes.Start)[vector] = (uint)node;
    }

    public GraphParts PartsOf(ScalarCodec codec, int entries, double freshShare) =>
        new(codec, Codes, Links, (nint)_vectors.Start, (nint)_nodes.Start, entries, freshShare, this);

    public void Dispose()
    {
        _codes.Dispose();
        _links.Dispose();
        _vectors.Dispose();
        _nodes.Dispose();
    }
}
