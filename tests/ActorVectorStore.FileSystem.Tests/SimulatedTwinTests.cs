using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>Random runs on the simulated disk against twins that are too simple to be wrong: one byte array per file.</summary>
public sealed class SimulatedTwinTests
{
    private const int FileBytesMax = 20_000;

    [Fact]
    public void Reads_show_every_write_and_a_power_loss_keeps_what_the_twin_kept()
    {
        for (var seed = 0UL; seed < 12; seed++)
        {
            var disk = new SimulatedFileSystem(seed);
            disk.WriteWholeDurably("/f", []);
            using var file = disk.Open("/f", FileOpening.WriteExisting);
            var random = new SeededRandom(seed);
            var twin = new Twin();
            for (var step = 0; step < 60; step++)
            {
                Step(random, file, twin);
                var label = $"seed {seed}, step {step}";
                Assert.True(twin.Live.AsSpan().SequenceEqual(disk.ReadWhole("/f")), $"{label}: live");
                Assert.True(twin.Live.AsSpan().SequenceEqual(disk.Clone().Crash(CrashKeeps.All).ReadWhole("/f")), $"{label}: all kept");
                Assert.True(twin.Synced.AsSpan().SequenceEqual(disk.Clone().Crash(CrashKeeps.None).ReadWhole("/f")), $"{label}: none kept");
                foreach (var keeps in CrashKeeps.EachPattern(seed).Skip(2))
                {
                    twin.RequireKnownBytes(disk.Clone().Crash(keeps).ReadWhole("/f"), $"{label}, {keeps}");
                }
            }
        }
    }

    private static void Step(SeededRandom random, IFile file, Twin twin)
    {
        switch (random.Next(6))
        {
            case 0:
                file.SyncData();
                twin.Sync();
                break;
            case 1:
                var length = random.Next(FileBytesMax);
                file.SetLength(length);
                twin.SetLength(length);
                break;
            case 2:
                var reserved = random.Next(1, FileBytesMax);
                file.Preallocate(reserved);
                twin.SetLength(Math.Max(reserved, twin.Live.Length));
                break;
            default:
                var bytes = random.Bytes(random.Next(1, 3000));
                var offset = random.Next(FileBytesMax - bytes.Length);
                file.Write(bytes, offset);
                twin.Write(bytes, offset);
                break;
        }
    }

    /// <summary>The file now, the file at the last sync, and every state of it since then.</summary>
    private sealed class Twin
    {
        private readonly List<byte[]> _states = [[]];

        public byte[] Live => _states[^1];

        public byte[] Synced => _states[0];

        public void Write(byte[] bytes, int offset)
        {
            var next = new byte[Math.Max(Live.Length, offset + bytes.Length)];
            Live.CopyTo(next, 0);
            bytes.CopyTo(next, offset);
            _states.Add(next);
        }

        public void SetLength(int length)
        {
            var next = new byte[length];
            Live.AsSpan(0, Math.Min(length, Live.Length)).CopyTo(next);
            _states.Add(next);
        }

        public void Sync() => _states.RemoveRange(0, _states.Count - 1);

        // Each byte is zero or one that this place has had since the last sync, and the length is one that the file has had.
        public void RequireKnownBytes(byte[] found, string label)
        {
            Assert.True(_states.Exists(state => state.Length == found.Length), $"{label}: no state had {found.Length} bytes");
            for (var i = 0; i < found.Length; i++)
            {
                var value = found[i];
                var at = i;
                Assert.True(value == 0 || _states.Exists(state => at < state.Length && state[at] == value), $"{label}: byte {i} is {value}");
            }
        }
    }
}
