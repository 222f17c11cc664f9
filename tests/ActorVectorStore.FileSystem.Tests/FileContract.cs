using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>What the port promises about one open file, for every implementation.</summary>
public abstract class FileContract
{
    protected abstract IFileSystem Disk { get; }

    /// <summary>An empty directory that exists.</summary>
    protected abstract string Root { get; }

    [Fact]
    public void Bytes_are_read_where_they_were_written()
    {
        using var file = Create();
        file.Write([1, 2, 3, 4], 0);
        file.Write([9, 9], 1);
        Assert.Equal(new byte[] { 1, 9, 9, 4 }, Read(file, 0, 4));
    }

    [Fact]
    public void A_write_behind_the_end_grows_the_file_and_the_gap_is_zero()
    {
        using var file = Create();
        file.Write([7], 10_000);
        Assert.Equal(10_001, file.Length);
        Assert.All(Read(file, 0, 10_000), value => Assert.Equal(0, value));
        Assert.Equal(new byte[] { 7 }, Read(file, 10_000, 1));
    }

    [Fact]
    public void An_empty_write_changes_nothing()
    {
        using var file = Create();
        file.Write([], 5000);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void A_read_ends_where_the_file_ends()
    {
        using var file = Create();
        file.Write(new byte[100], 0);
        Assert.Equal(40, file.Read(new byte[50], 60));
        Assert.Equal(0, file.Read(new byte[50], 100));
        Assert.Equal(0, file.Read(new byte[50], 1L << 40));
        Assert.Equal(0, file.Read([], 0));
    }

    [Fact]
    public void Negative_offsets_and_lengths_are_refused()
    {
        using var file = Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(new byte[1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Write([1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.SetLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Preallocate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Map(-1));
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void SetLength_cuts_and_what_grows_again_is_zero()
    {
        using var file = Create();
        file.Write(new SeededRandom(3).Bytes(9000), 0);
        file.SetLength(5001);
        Assert.Equal(5001, file.Length);
        file.SetLength(9000);
        Assert.All(Read(file, 5001, 3999), value => Assert.Equal(0, value));
        Assert.Equal(new SeededRandom(3).Bytes(9000)[..5001], Read(file, 0, 5001));
    }

    [Fact]
    public void SetLength_to_the_same_length_keeps_the_bytes()
    {
        using var file = Create();
        file.Write([1, 2, 3], 0);
        file.SetLength(3);
        Assert.Equal(new byte[] { 1, 2, 3 }, Read(file, 0, 3));
    }

    [Fact]
    public void Preallocate_grows_the_file_with_zeros_and_keeps_what_is_there()
    {
        using var file = Create();
        file.Write([1, 2, 3], 4094);
        file.Preallocate(20_000);
        Assert.Equal(20_000, file.Length);
        Assert.Equal(new byte[] { 0, 1, 2, 3, 0 }, Read(file, 4093, 5));
        Assert.All(Read(file, 5000, 15_000), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    public void Preallocate_never_shortens_the_file(long length)
    {
        using var file = Create();
        file.Write(new byte[100], 0);
        file.Preallocate(length);
        Assert.Equal(100, file.Length);
    }

    [Fact]
    public void Two_handles_see_the_same_file()
    {
        using var first = Create();
        using var second = Disk.Open(first.Path, FileOpening.WriteExisting);
        first.Write([1, 2, 3], 0);
        Assert.Equal(new byte[] { 1, 2, 3 }, Read(second, 0, 3));
        second.SetLength(1);
        Assert.Equal(1, first.Length);
    }

    [Fact]
    public void A_sync_of_nothing_and_a_second_sync_succeed()
    {
        using var file = Create();
        file.SyncData();
        file.Write([1], 0);
        file.SyncData();
        file.SyncData();
    }

    [Fact]
    public void A_file_that_is_open_for_reading_can_be_synced()
    {
        Disk.WriteWhole(At("f"), [1]);
        using var file = Disk.Open(At("f"), FileOpening.ReadExisting);
        file.SyncData();
    }

    [Fact]
    public void Threads_may_read_and_write_disjoint_ranges()
    {
        const int Threads = 8;
        const int Part = 3000;
        using var file = Create();
        Parallel.For(0, Threads, part =>
        {
            var random = new SeededRandom((ulong)part);
            for (var offset = 0; offset < Part; offset += 100)
            {
                var bytes = random.Bytes(100);
                file.Write(bytes, (part * Part) + offset);
                Assert.Equal(bytes, Read(file, (part * Part) + offset, 100));
            }
        });
        for (var part = 0; part < Threads; part++)
        {
            var random = new SeededRandom((ulong)part);
            for (var offset = 0; offset < Part; offset += 100)
            {
                Assert.Equal(random.Bytes(100), Read(file, (part * Part) + offset, 100));
            }
        }
    }

    [Fact]
    public void After_disposal_a_file_is_unusable_and_disposal_may_be_repeated()
    {
        var file = Create();
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Length);
        Assert.Throws<ObjectDisposedException>(() => file.Read(new byte[1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.Write([1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.SetLength(1));
        Assert.Throws<ObjectDisposedException>(file.SyncData);
    }

    [Fact]
    public void A_mapping_shows_the_beginning_of_the_file()
    {
        var bytes = new SeededRandom(5).Bytes(10_000);
        Disk.WriteWhole(At("f"), bytes);
        using var file = Disk.Open(At("f"), FileOpening.ReadExisting);
        using var mapping = file.Map(9000);
        Assert.Equal(9000, mapping.Length);
        Assert.Equal(bytes[..9000], mapping.Span(0, 9000).ToArray());
        Assert.Equal(bytes[5000..5010], mapping.Span(5000, 10).ToArray());
        Assert.Equal(0, mapping.Span(9000, 0).Length);
    }

    [Fact]
    public void A_mapping_outlives_its_file_the_files_name_and_the_collector()
    {
        var bytes = new SeededRandom(5).Bytes(100_000);
        Disk.WriteWhole(At("f"), bytes);
        var mapping = MapAndClose(At("f"), bytes.Length);
        Disk.DeleteFile(At("f"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(bytes, mapping.Span(0, bytes.Length).ToArray());
        mapping.Dispose();
    }

    [Fact]
    public void A_range_outside_the_mapping_is_refused()
    {
        Disk.WriteWhole(At("f"), new byte[10_000]);
        using var file = Disk.Open(At("f"), FileOpening.ReadExisting);
        using var mapping = file.Map(9000);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(-1, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(0, -1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(9000, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(1, 9000).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(long.MaxValue, int.MaxValue).Length);
    }

    [Fact]
    public void What_a_mapping_will_need_can_be_said_of_any_range_inside_it()
    {
        var bytes = new SeededRandom(5).Bytes(100_000);
        Disk.WriteWhole(At("f"), bytes);
        using var mapping = MapAndClose(At("f"), bytes.Length);
        mapping.WillNeed(0, 0);
        mapping.WillNeed(0, bytes.Length);
        mapping.WillNeed(70_001, 29_999);
        mapping.WillNeed(bytes.Length, 0);
        Assert.Equal(bytes, mapping.Span(0, bytes.Length).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.WillNeed(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.WillNeed(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.WillNeed(bytes.Length, 1));
        mapping.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapping.WillNeed(0, 1));
    }

    [Fact]
    public void Only_bytes_that_are_there_can_be_mapped()
    {
        using var file = Create();
        file.Write(new byte[100], 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Map(101));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Map(0));
    }

    [Fact]
    public void A_mapping_that_was_disposed_of_is_refused_and_disposal_may_be_repeated()
    {
        Disk.WriteWhole(At("f"), new byte[100]);
        var mapping = MapAndClose(At("f"), 100);
        mapping.Dispose();
        mapping.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapping.Span(0, 1).Length);
    }

    protected string At(string name) => Root + Path.DirectorySeparatorChar + name;

    private IMappedFile MapAndClose(string path, long length)
    {
        using var file = Disk.Open(path, FileOpening.ReadExisting);
        return file.Map(length);
    }

    private IFile Create() => Disk.Open(At("file"), FileOpening.CreateNew);

    private static byte[] Read(IFile file, long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, file.Read(bytes, offset));
        return bytes;
    }
}
