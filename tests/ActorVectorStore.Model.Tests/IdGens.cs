using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>Generators of ids; apart from the others, which need them and one another: a circle of classes is made in an order that depends on who asks first.</summary>
internal static class IdGens
{
    public static readonly Gen<PointId> NumberId =
        Gen.OneOf(Gen.ULong, Gen.ULong[0, 20], Gen.Const(ulong.MaxValue)).Select(PointId.FromNumber);

    public static readonly Gen<PointId> UuidId = Gen.OneOf(Gen.Guid, Gen.Const(Guid.Empty), Gen.Const(Guid.AllBitsSet)).Select(PointId.FromUuid);

    public static readonly Gen<PointId> Id = Gen.OneOf(NumberId, UuidId);
}
