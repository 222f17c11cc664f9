using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>What reads have found damaged in one open segment, and who is told. Safe from any thread.</summary>
/// <param name="listener">Told of a derived section once, of all other damage whenever it is touched; null: nobody.</param>
internal sealed class DamageWatch(Action<ShardDamage>? listener)
{
    private ImmutableHashSet<SectionKey> _derived = [];

    /// <summary>Derived sections that were found damaged.</summary>
    public int DerivedSections => Volatile.Read(ref _derived).Count;

    /// <summary>A read has touched damage.</summary>
    public void Found(SealedDamage damage)
    {
        // Who is told may look at once how many there are.
        if (damage is { IsDerived: true, Section: { } section } && !ImmutableInterlocked.Update(ref _derived, known => known.Add(section)))
            return;
        listener?.Invoke(ShardDamage.Of(damage));
    }

    /// <summary>A file that is made of the segment is damaged.</summary>
    public void Tell(ShardDamage damage) => listener?.Invoke(damage);
}
