using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>
/// Rows turned so that a register holds one component of many rows: sums over components are then sums of registers, with no reduction at the end, and a row is read and converted
/// once for many queries.
/// </summary>
internal static unsafe class RowTile
{
    /// <summary>Queries that <see cref="Add"/> takes at once, interleaved.</summary>
    public const int Queries = 4;

    // Registers of rows beside one another: with four queries eight sums, as many as hide the latency of additions and as the smallest register file has room for.
    private const int Registers = 2;

    private const int Square = 4;

    /// <summary>Rows of a tile at a width.</summary>
    public static int RowsOf<TLanes, TVector>()
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => Registers * TLanes.Count;

    /// <summary>Writes components of rows to a tile: component i of row r to <c>tile[i * rows + r]</c>.</summary>
    /// <param name="tile">Room for <paramref name="components"/> times <paramref name="rowCount"/> singles.</param>
    /// <param name="rows">The first component of each row that is wanted.</param>
    /// <param name="rowCount">Rows, a multiple of 4.</param>
    /// <param name="components">How many components.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill<TElement>(float* tile, byte** rows, int rowCount, int components)
        where TElement : struct, IRowElement
    {
        for (var row = 0; row < rowCount; row += Square)
        {
            var (row0, row1, row2, row3) = ((nint)rows[row], (nint)rows[row + 1], (nint)rows[row + 2], (nint)rows[row + 3]);
            var i = 0;
            for (; Sse.IsSupported && i <= components - Square; i += Square)
            {
                nint offset = i * TElement.Bytes;
                var (a, b) = (TElement.Load128((byte*)row0 + offset), TElement.Load128((byte*)row1 + offset));
                var (c, d) = (TElement.Load128((byte*)row2 + offset), TElement.Load128((byte*)row3 + offset));
                var (abLow, abHigh) = (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
                var (cdLow, cdHigh) = (Sse.UnpackLow(c, d), Sse.UnpackHigh(c, d));
                var target = tile + ((nint)i * rowCount) + row;
                Sse.MoveLowToHigh(abLow, cdLow).Store(target);
                Sse.MoveHighToLow(cdLow, abLow).Store(target + rowCount);
                Sse.MoveLowToHigh(abHigh, cdHigh).Store(target + (2 * rowCount));
                Sse.MoveHighToLow(cdHigh, abHigh).Store(target + (3 * rowCount));
            }

            for (; i < components; i++)
            {
                nint offset = i * TElement.Bytes;
                var target = tile + ((nint)i * rowCount) + row;
                target[0] = TElement.Load((byte*)row0 + offset);
                target[1] = TElement.Load((byte*)row1 + offset);
                target[2] = TElement.Load((byte*)row2 + offset);
                target[3] = TElement.Load((byte*)row3 + offset);
            }
        }
    }

    /// <summary>Adds the terms of four queries and all rows of a tile to their sums.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="queries">Component i of query j at <c>queries[4 * i + j]</c>.</param>
    /// <param name="components">How many components both have.</param>
    /// <param name="sums">Four times as many sums as the tile has rows, query by query.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TComparison, TLanes, TVector>(float* tile, float* queries, int components, float* sums)
        where TComparison : struct, IComparison
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (var i = 0; i < components; i++)
        {
            var (rows0, rows1) = (TLanes.Load(tile), TLanes.Load(tile + TLanes.Count));
            var query = TLanes.Broadcast(queries[0]);
            a0 = TComparison.Add<TLanes, TVector>(a0, query, rows0);
            a1 = TComparison.Add<TLanes, TVector>(a1, query, rows1);
            query = TLanes.Broadcast(queries[1]);
            b0 = TComparison.Add<TLanes, TVector>(b0, query, rows0);
            b1 = TComparison.Add<TLanes, TVector>(b1, query, rows1);
            query = TLanes.Broadcast(queries[2]);
            c0 = TComparison.Add<TLanes, TVector>(c0, query, rows0);
            c1 = TComparison.Add<TLanes, TVector>(c1, query, rows1);
            query = TLanes.Broadcast(queries[3]);
            d0 = TComparison.Add<TLanes, TVector>(d0, query, rows0);
            d1 = TComparison.Add<TLanes, TVector>(d1, query, rows1);
            tile += Registers * TLanes.Count;
            queries += Queries;
        }

        AddTo<TLanes, TVector>(sums, 0, a0, a1);
        AddTo<TLanes, TVector>(sums, 1, b0, b1);
        AddTo<TLanes, TVector>(sums, 2, c0, c1);
        AddTo<TLanes, TVector>(sums, 3, d0, d1);
    }

    /// <summary>Adds the squares of all components of each row to its sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddSquares<TLanes, TVector>(float* tile, int components, float* sums)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector sum0 = default, sum1 = default;
        for (var i = 0; i < components; i++)
        {
            var (rows0, rows1) = (TLanes.Load(tile), TLanes.Load(tile + TLanes.Count));
            sum0 = TLanes.MultiplyAdd(rows0, rows0, sum0);
            sum1 = TLanes.MultiplyAdd(rows1, rows1, sum1);
            tile += Registers * TLanes.Count;
        }

        AddTo<TLanes, TVector>(sums, 0, sum0, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TLanes, TVector>(float* sums, [ConstantExpected] int query, TVector sum0, TVector sum1)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        sums += query * Registers * TLanes.Count;
        TLanes.Store(TLanes.Add(TLanes.Load(sums), sum0), sums);
        TLanes.Store(TLanes.Add(TLanes.Load(sums + TLanes.Count), sum1), sums + TLanes.Count);
    }
}
