using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Generators of indexes over the paths of <see cref="FilterGens"/>, and of rows.</summary>
internal static class IndexGens
{
    private static readonly Gen<TextIndexOptions> Options = Gen.Frequency(
        (2, Gen.Const(TextIndexOptions.Default)),
        (2, Gen.Select(
            Gen.Enum<TokenizerKind>().Where(kind => kind != TokenizerKind.None), Gen.Bool, Gen.Int[1, 3], Gen.Int[0, 5], (tokenizer, isLowercase, low, more) =>
                new TextIndexOptions(tokenizer, isLowercase, low == 1 ? null : low, more == 0 ? null : low + more))));

    public static readonly Gen<PayloadIndexKind> Kind = Gen.Enum<PayloadIndexKind>().Where(kind => kind != PayloadIndexKind.None);

    public static readonly Gen<ListedRow> Row = Gen.Select(Shards.Id, Gen.Long[0, 9], FilterGens.Payload, (id, index, payload) => new ListedRow(id, index, payload, []));

    public static Gen<PayloadIndex> Of(Gen<PayloadPath> path) => Gen.Select(path, Kind, Options, (at, kind, options) =>
        new PayloadIndex(at, kind, kind == PayloadIndexKind.Text ? options : null));
}
