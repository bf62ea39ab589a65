using System.ComponentModel;
using System.Diagnostics;

namespace Sanctum.Configurator.Platform.Processes;

/// <summary>
/// Ends processes that programs of the console left behind. They may be in no tree of processes any more, but a program, and whatever it
/// starts, has a mark in its environment, which names the console and the call. Linux shows it; elsewhere such processes stay.
/// </summary>
internal static class OrphanProcesses
{
    /// <summary>The variable of the environment that bears the mark.</summary>
    public const string Variable = "SANCTUM_RUN";

    private static readonly string Own = $"{Environment.ProcessId}.{StartOf("self")}";

    /// <summary>A mark that no other call of any console has: process id and start of this one, and a word.</summary>
    public static string NewMark() => $"{Own}.{Guid.NewGuid():N}";

    /// <summary>Ends what bears this mark.</summary>
    public static void End(string mark) => EndWhere(found => found == mark);

    /// <summary>Ends what consoles started that are not there any more, as after they were killed.</summary>
    /// <returns>The ended processes' ids and names.</returns>
    public static IReadOnlyList<string> EndOrphans() =>
        EndWhere(found => found.Split('.') is [var id, var start, _] && StartOf(id) != start);

    private static List<string> EndWhere(Func<string, bool> isMeant)
    {
        var ended = new List<string>();
        foreach (var folder in Directory.Exists("/proc/self") ? Directory.EnumerateDirectories("/proc") : [])
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
            {
                continue;
            }

            try
            {
                if (MarkIn(folder) is { } mark && isMeant(mark) && IsOfThisNamespace(folder))
                {
                    using var process = Process.GetProcessById(id);
                    var name = process.ProcessName;
                    process.Kill(entireProcessTree: true);
                    ended.Add($"{id} {name}");
                }
            }
            catch (Exception e)
                when (e
                        is IOException
                            or UnauthorizedAccessException
                            or ArgumentException
                            or InvalidOperationException
                            or Win32Exception
                            or AggregateException
                )
            {
                // It is somebody else's, it has ended meanwhile, or it started this console.
            }
        }

        return ended;
    }

    private static string? MarkIn(string folder) =>
        Encoding
            .UTF8.GetString(File.ReadAllBytes(Path.Join(folder, "environ")))
            .Split('\0')
            .FirstOrDefault(entry => entry.StartsWith($"{Variable}=", StringComparison.Ordinal))
            ?[(Variable.Length + 1)..];

    /// <summary>Ids of processes in a container mean others outside of it.</summary>
    private static bool IsOfThisNamespace(string folder) =>
        new FileInfo(Path.Join(folder, "ns", "pid")).LinkTarget == new FileInfo("/proc/self/ns/pid").LinkTarget;

    /// <summary>
    /// When a process was started, in ticks since the system was; null where there is none. Ids of processes are used again, pairs of the
    /// two are not.
    /// </summary>
    private static string? StartOf(string id)
    {
        try
        {
            // The name, which is the second of the values and stands in brackets, may have blanks and brackets in it.
            var values = File.ReadAllText($"/proc/{id}/stat");
            return values[(values.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
