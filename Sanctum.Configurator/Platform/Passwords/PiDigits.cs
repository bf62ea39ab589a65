using System.Numerics;

namespace Sanctum.Configurator.Platform.Passwords;

/// <summary>The binary digits of pi after the point, from which Blowfish begins.</summary>
internal static class PiDigits
{
    /// <summary>Absorb what the series is rounded.</summary>
    private const int GuardBits = 64;

    /// <summary>So many words of 32 bits, by Machin's formula. Takes some milliseconds for a thousand.</summary>
    public static uint[] Words(int count)
    {
        var bits = (count * 32) + GuardBits;
        var pi = (16 * ArcCotangent(5, bits)) - (4 * ArcCotangent(239, bits));
        var words = new uint[count];
        for (var at = 0; at < count; at++)
        {
            words[at] = (uint)((pi >> (bits - ((at + 1) * 32))) & uint.MaxValue);
        }

        return words;
    }

    private static BigInteger ArcCotangent(int x, int bits)
    {
        var power = (BigInteger.One << bits) / x;
        var sum = power;
        for (var n = 3; !power.IsZero; n += 2)
        {
            power /= -x * x;
            sum += power / n;
        }

        return sum;
    }
}
