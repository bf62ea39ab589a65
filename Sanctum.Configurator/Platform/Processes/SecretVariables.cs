using System.Collections;

namespace Sanctum.Configurator.Platform.Processes;

/// <summary>
/// Variables of the environment that hold secrets. The console reads them once, at its start; afterwards neither a program that it starts,
/// nor
/// one of the same user that looks into <c>/proc</c>, finds them.
/// </summary>
public static class SecretVariables
{
    private const string Block = "/proc/self/stat",
        Memory = "/proc/self/mem";

    /// <summary>Of /proc/self/stat, counted behind the program's name: where the block of variables begins, and where it ends.</summary>
    private const int StartField = 47,
        EndField = 48;

    private static readonly string[] Endings = ["PASSWORD", "_KEY", "APIKEY", "TOKEN", "SECRET"];

    /// <summary>Whether a variable of this name holds a secret. What PostgreSQL's own programs read is theirs.</summary>
    public static bool IsSecret(string name) =>
        !name.StartsWith("PG", StringComparison.Ordinal)
        && (
            name.Equals("DATABASE_URL", StringComparison.OrdinalIgnoreCase)
            || name.Equals("REDIS_URL", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
            || Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        );

    /// <summary>Takes those that hold secrets out of the environment of a program that is about to be started.</summary>
    public static void TakeFrom(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsSecret).ToList())
        {
            environment.Remove(name);
        }
    }

    /// <summary>Takes them out of this process, and out of the block that the system keeps of how it was started.</summary>
    /// <returns>Whether nothing of them is left; not where the system keeps them elsewhere, or does not let them be overwritten.</returns>
    public static bool Forget()
    {
        var names = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => (string)variable.Key)
            .Where(IsSecret)
            .ToList();
        foreach (var name in names)
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        return names.Count == 0 || TryOverwrite();
    }

    private static bool TryOverwrite()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            var stat = File.ReadAllText(Block);
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var (start, end) = (
                long.Parse(fields[StartField], CultureInfo.InvariantCulture),
                long.Parse(fields[EndField], CultureInfo.InvariantCulture)
            );
            using var memory = File.OpenHandle(Memory, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var block = new byte[end - start];
            var length = RandomAccess.Read(memory, block, start);
            foreach (var (at, count) in ValuesIn(block.AsSpan(0, length)))
            {
                RandomAccess.Write(memory, new byte[count], start + at);
            }

            return true;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>Where the values of the secrets stand in a block of NAME=value, with a NUL behind each.</summary>
    private static List<(int At, int Count)> ValuesIn(ReadOnlySpan<byte> block)
    {
        var found = new List<(int, int)>();
        for (var at = 0; at < block.Length; )
        {
            var length = block[at..].IndexOf((byte)0) is var next and >= 0 ? next : block.Length - at;
            var entry = block.Slice(at, length);
            if (entry.IndexOf((byte)'=') is var equals and > 0 && IsSecret(Encoding.UTF8.GetString(entry[..equals])))
            {
                found.Add((at + equals + 1, length - equals - 1));
            }

            at += length + 1;
        }

        return found;
    }
}
