using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of places.</summary>
internal sealed class GeoIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The places, as <see cref="PlaceKey"/> writes them.</summary>
    public KeyTable Keys { get; } = new(index);

    protected override JsonType Held => JsonType.Object;

    protected override FieldAnswer? AskHeld(FieldTest test) =>
        test is GeoArea area ? new FieldAnswer(new PlacedRows(Keys, area, GeoCover.Of(Keys, area))) : null;
}
