using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Makes the keys or terms of one kind of index. Without state but for buffers: one thread.</summary>
internal abstract class ElementKeys
{
    /// <summary>Those of an index.</summary>
    public static ElementKeys Of(PayloadIndex index) => index.Kind switch
    {
        PayloadIndexKind.Keyword => new KeywordKeys(),
        PayloadIndexKind.Integer => new IntegerKeys(),
        PayloadIndexKind.Float => new FloatKeys(),
        PayloadIndexKind.Bool => new BoolKeys(),
        PayloadIndexKind.Datetime => new DatetimeKeys(),
        PayloadIndexKind.Uuid => new UuidKeys(),
        PayloadIndexKind.Geo => new GeoKeys(),
        _ => new TextKeys(index.TextOptions!),
    };

    /// <summary>Adds what the index holds of an element.</summary>
    /// <param name="element">At the first token of an element that is not null; it may be left anywhere inside it.</param>
    /// <param name="entries">Where keys go.</param>
    /// <param name="row">The element's row.</param>
    public abstract ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row);
}
