namespace ActorVectorStore.Model;

// The names are those by which users of vector databases know these kinds.
#pragma warning disable CA1720

/// <summary>What a <see cref="PayloadIndex"/> holds of the values at its path. The values are stored and never change.</summary>
public enum PayloadIndexKind
{
    /// <summary>No kind; no index has it.</summary>
    None = 0,

    /// <summary>Texts as they are.</summary>
    Keyword = 1,

    /// <summary>Numbers written as integers of 64 bits with sign.</summary>
    Integer = 2,

    /// <summary>All numbers, each as the nearest double.</summary>
    Float = 3,

    /// <summary><c>true</c> and <c>false</c>.</summary>
    Bool = 4,

    /// <summary>Texts that name a moment; see <see cref="Instant"/>.</summary>
    Datetime = 5,

    /// <summary>Texts that are UUIDs of 32 hexadecimal digits and four hyphens.</summary>
    Uuid = 6,

    /// <summary>Objects that are places; see <see cref="GeoPoint"/>.</summary>
    Geo = 7,

    /// <summary>The words of texts; see <see cref="TextIndexOptions"/>.</summary>
    Text = 8,
}
