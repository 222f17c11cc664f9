namespace ActorVectorStore.Testing;

/// <summary>
/// The choices of one power loss. Each is a function of the seed and of what is asked about, not of the order of the questions, so that the
/// same seed gives the same disk whatever the code that asks looks like.
/// </summary>
internal readonly struct PowerLoss(CrashKeeps keeps)
{
    private const ulong ThresholdDomain = 1;
    private const ulong SectorDomain = 2;
    private const ulong LengthDomain = 3;
    private const ulong NameDomain = 4;
    private const ulong GarbageDomain = 5;
    private const ulong TearDomain = 6;

    // Few, half, most and nearly all, so that seeds reach states in which a single sector is missing and those in which a single one is left.
    private static readonly byte[] Thresholds = [24, 128, 224, 252];

    public bool KeepsNothing => keeps.Pattern == CrashPattern.None;

    public bool KeepsAll => keeps.Pattern == CrashPattern.All;

    /// <summary>How many of a sector's versions since its last sync reached the disk, from 0 (none) to <paramref name="versions"/>.</summary>
    public int SectorVersion(long file, long sector, int versions) => Choose(SectorDomain, file, sector, versions);

    /// <summary>How many of a file's length changes since its last sync reached the disk.</summary>
    public int LengthVersion(long file, int versions) => Choose(LengthDomain, file, 0, versions);

    /// <summary>Whether a change of names that was not synced survives.</summary>
    public bool KeepsName(long number) => Choose(NameDomain, number, 0, 1) == 1;

    /// <summary>Whether a sector that the file was given, but that was never written, shows what a file of the past left there; and which.</summary>
    public bool ShowsGarbage(long file, long sector, out ulong choice)
    {
        choice = Draw(GarbageDomain, file, sector) >> 8;
        return !KeepsNothing && !KeepsAll && Draw(GarbageDomain, 0, -1) % 2 == 0 && choice % 2 == 0;
    }

    /// <summary>Where the last write tears: the run of its sectors that is there, and how far into the sector behind the run it reaches.</summary>
    public Tear TearOf(PendingChange write)
    {
        var random = new SeededRandom(Draw(TearDomain, write.Number, write.From));
        var firstSector = write.From / FileContent.SectorBytes;
        var sectors = (int)(((write.To - 1) / FileContent.SectorBytes) - firstSector + 1);
        if (keeps.Pattern == CrashPattern.TornInsideSector)
        {
            return new Tear(firstSector, firstSector + random.Next(sectors), random.Next(1, FileContent.SectorBytes));
        }

        var (start, count) = ChooseRun(random, sectors);
        return new Tear(firstSector + start, firstSector + start + count, BytesOfNextSector: 0);
    }

    /// <summary>Whether a write can tear: whole sectors need two of them, bytes need two bytes.</summary>
    public bool CanTear(PendingChange write) => keeps.Pattern switch
    {
        CrashPattern.Torn => write.From / FileContent.SectorBytes != (write.To - 1) / FileContent.SectorBytes,
        CrashPattern.TornInsideSector => write.To - write.From > 1,
        _ => false,
    };

    // Never all sectors; half of the time the head, which is what a disk that writes in order leaves.
    private static (int Start, int Count) ChooseRun(SeededRandom random, int sectors)
    {
        var count = random.Next(1, sectors);
        return (random.Chance(0.5) ? 0 : random.Next(sectors - count + 1), count);
    }

    private int Choose(ulong domain, long first, long second, int versions)
    {
        if (KeepsNothing || KeepsAll)
        {
            return KeepsAll ? versions : 0;
        }

        var draw = Draw(domain, first, second);
        var threshold = Thresholds[Draw(ThresholdDomain, 0, 0) % (ulong)Thresholds.Length];
        return (byte)draw < threshold ? versions : (int)((draw >> 8) % (ulong)versions);
    }

    private ulong Draw(ulong domain, long first, long second) =>
        SeededRandom.Mix(SeededRandom.Mix(keeps.Seed, domain), SeededRandom.Mix((ulong)first, (ulong)second));

    /// <summary>Sectors <c>[FirstKept, EndKept)</c> of a torn write are there, and the first bytes of the sector behind them.</summary>
    public readonly record struct Tear(long FirstKept, long EndKept, int BytesOfNextSector)
    {
        public bool Keeps(long sector) => sector >= FirstKept && sector < EndKept;
    }
}
