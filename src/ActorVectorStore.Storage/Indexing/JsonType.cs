namespace ActorVectorStore.Storage;

/// <summary>The type of JSON to which elements belong that a test can take, or an index can hold.</summary>
internal enum JsonType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A boolean.</summary>
    Bool,

    /// <summary>An object.</summary>
    Object,
}
