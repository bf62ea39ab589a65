using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform.Passwords;

/// <summary>
/// Checks passwords against hashes of bcrypt, as other programs made them. The console makes none itself; see
/// docs/decisions/0015-bcrypt-of-our-own.md.
/// </summary>
public static partial class Bcrypt
{
    /// <summary>Each step doubles the work: of 14, one check takes about a second and a half. A dearer hash is not checked at all.</summary>
    public const int HighestCost = 14;

    private const int LowestCost = 4;

    /// <summary>More of a password does not count; the NUL that ends it is among them where there is room.</summary>
    private const int KeyBytes = 72;

    private const int SaltBytes = 16;
    private const int HashBytes = 23;
    private const string Digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The cost of a hash; null where it is no hash of bcrypt, or of its faulty variant 2x.</summary>
    public static int? CostOf(string? hash) =>
        hash is not null && Form().Match(hash) is { Success: true } match && int.Parse(match.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture) is >= LowestCost and <= 31 and var cost
            ? cost : null;

    /// <summary>Whether this is the password of this hash. Never of one that costs more than <see cref="HighestCost"/>, or that is none.</summary>
    public static bool Verify(string password, string hash) =>
        CostOf(hash) is <= HighestCost and { } cost
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(hash[^31..]), Encoding.ASCII.GetBytes(Encode(Hash(password, Decode(hash.AsSpan(7, 22)), cost))));

    /// <summary>A hash as other programs make it.</summary>
    internal static string Hash(string password, int cost, ReadOnlySpan<byte> salt) =>
        string.Create(CultureInfo.InvariantCulture, $"$2b${cost:00}${Encode(salt[..SaltBytes])}{Encode(Hash(password, salt, cost))}");

    private static ReadOnlySpan<byte> Hash(string password, ReadOnlySpan<byte> salt, int cost)
    {
        var text = Encoding.UTF8.GetBytes(password + "\0");
        var key = Blowfish.WordsOf(text.AsSpan(0, Math.Min(text.Length, KeyBytes)));
        var salted = Blowfish.WordsOf(salt)[..(SaltBytes / sizeof(uint))];
        var cipher = new Blowfish();
        cipher.Expand(key, salted);
        uint[] nothing = [0, 0, 0, 0];
        var saltKey = Blowfish.WordsOf(salt);
        for (var round = 1L << cost; round > 0; round--)
        {
            cipher.Expand(key, nothing);
            cipher.Expand(saltKey, nothing);
        }

        var hash = "OrpheanBeholderScryDoubt"u8.ToArray();
        for (var at = 0; at < hash.Length; at += 8)
        {
            var (left, right) = (BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(at)), BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(at + 4)));
            for (var round = 0; round < 64; round++)
            {
                cipher.Encrypt(ref left, ref right);
            }

            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(at), left);
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(at + 4), right);
        }

        return hash.AsSpan(0, HashBytes);
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (kept, bits) = (0, 0);
        foreach (var value in bytes)
        {
            (kept, bits) = ((kept << 8) | value, bits + 8);
            for (; bits >= 6; bits -= 6)
            {
                text.Append(Digits[(kept >> (bits - 6)) & 63]);
            }
        }

        return bits == 0 ? text.ToString() : text.Append(Digits[(kept << (6 - bits)) & 63]).ToString();
    }

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>();
        var (kept, bits) = (0, 0);
        foreach (var digit in text)
        {
            (kept, bits) = ((kept << 6) | Digits.IndexOf(digit, StringComparison.Ordinal), bits + 6);
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(kept >> bits));
            }
        }

        return [.. bytes];
    }

    [GeneratedRegex(@"^\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    /// <summary>The cipher as bcrypt keys it.</summary>
    private sealed class Blowfish
    {
        private const int Rounds = 16;
        private const int Subkeys = Rounds + 2;
        private const int Boxes = 4 * 256;
        private static readonly Lazy<uint[]> Pi = new(() => PiDigits.Words(Subkeys + Boxes));
        private readonly uint[] _subkeys = Pi.Value[..Subkeys];
        private readonly uint[] _boxes = Pi.Value[Subkeys..];

        /// <summary>The bytes, over and over, as the words that the subkeys are mixed with.</summary>
        public static uint[] WordsOf(ReadOnlySpan<byte> bytes)
        {
            var words = new uint[Subkeys];
            for (var at = 0; at < Subkeys * sizeof(uint); at++)
            {
                words[at / sizeof(uint)] = (words[at / sizeof(uint)] << 8) | bytes[at % bytes.Length];
            }

            return words;
        }

        public void Expand(uint[] key, uint[] salt)
        {
            for (var at = 0; at < Subkeys; at++)
            {
                _subkeys[at] ^= key[at];
            }

            var (left, right, turn) = (0u, 0u, 0);
            foreach (var table in (uint[][])[_subkeys, _boxes])
            {
                for (var at = 0; at < table.Length; at += 2, turn ^= 2)
                {
                    left ^= salt[turn];
                    right ^= salt[turn + 1];
                    Encrypt(ref left, ref right);
                    (table[at], table[at + 1]) = (left, right);
                }
            }
        }

        public void Encrypt(ref uint left, ref uint right)
        {
            var (l, r, keys, boxes) = (left ^ _subkeys[0], right, _subkeys, _boxes);
            for (var round = 1; round <= Rounds; round += 2)
            {
                r ^= (((boxes[l >> 24] + boxes[256 + ((l >> 16) & 255)]) ^ boxes[512 + ((l >> 8) & 255)]) + boxes[768 + (l & 255)]) ^ keys[round];
                l ^= (((boxes[r >> 24] + boxes[256 + ((r >> 16) & 255)]) ^ boxes[512 + ((r >> 8) & 255)]) + boxes[768 + (r & 255)]) ^ keys[round + 1];
            }

            (left, right) = (r ^ keys[Subkeys - 1], l);
        }
    }
}
