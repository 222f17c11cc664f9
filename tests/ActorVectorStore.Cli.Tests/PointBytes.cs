using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ActorVectorStore.Cli.Tests;

/// <summary>Files of points, byte by byte.</summary>
internal static class PointBytes
{
    public static byte[] Fvecs(params float[][] rows)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var row in rows)
        {
            writer.Write(row.Length);
            Array.ForEach(row, writer.Write);
        }

        return stream.ToArray();
    }

    public static byte[] Npy(byte version, string descr, params double[][] rows) =>
        [.. NpyHead(version, $$"""{'descr': '{{descr}}', 'fortran_order': False, 'shape': ({{rows.Length}}, {{rows[0].Length}}), }"""), .. rows.SelectMany(row => row.SelectMany(value => Component(descr, value)))];

    public static byte[] NpyHead(byte version, string dictionary)
    {
        var text = Encoding.ASCII.GetBytes(dictionary + "   \n");
        var length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        }

        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text];
    }

    public static byte[] JsonLines(params string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines));

    public static string JsonLine(ulong id, float[] vector) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"id":{{id}},"vector":[{{string.Join(',', vector.Select(value => value.ToString("r", CultureInfo.InvariantCulture)))}}]}""");

    private static byte[] Component(string descr, double value) => descr switch
    {
        "<f2" => BitConverter.GetBytes((Half)value),
        "<f4" => BitConverter.GetBytes((float)value),
        _ => BitConverter.GetBytes(value),
    };
}
