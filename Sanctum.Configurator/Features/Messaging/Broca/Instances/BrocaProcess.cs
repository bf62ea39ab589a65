using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>Whether a Broca runs.</summary>
public enum BrocaState
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Its pid file names a process that is gone, or that is another program's.</summary>
    [JsonStringEnumMemberName("stale")]
    Stale,

    /// <summary>The system does not say.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>What is known of its process.</summary>
/// <param name="Text">In a sentence.</param>
public sealed record BrocaProcess(BrocaState State, int? Pid, string Text)
{
    public const string PidFile = "run/broca.pid";

    /// <summary>A process may have begun so much after its pid file was written, by clocks that are read one after the other.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <param name="system">Where the system tells of processes.</param>
    internal static BrocaProcess Of(string folder, OperatorFiles files, string system = "/proc")
    {
        int pid;
        DateTimeOffset writtenAt;
        try
        {
            using var file = files.OpenRead(Path.Join(folder, PidFile), folder);
            var buffer = new byte[32];
            var text = System.Text.Encoding.ASCII.GetString(buffer, 0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
            if (!int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out pid) || pid < 2)
            {
                return new(BrocaState.Stale, null, $"{PidFile} holds no process id.");
            }

            writtenAt = FileFacts.Of(file.SafeFileHandle).WrittenAt;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(BrocaState.Stopped, null, $"It is stopped: there is no {PidFile}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(BrocaState.Unknown, null, $"{PidFile} can't be read by the console's user.");
        }

        if (!Directory.Exists(system))
        {
            return new(BrocaState.Unknown, pid, $"{PidFile} names process {pid}, and this system does not say what that is.");
        }

        return Looked(folder, Path.Join(system, pid.ToString(CultureInfo.InvariantCulture)), pid, writtenAt);
    }

    private static BrocaProcess Looked(string folder, string process, int pid, DateTimeOffset writtenAt)
    {
        try
        {
            if (!Directory.Exists(process))
            {
                return new(BrocaState.Stale, pid, $"It is stopped: process {pid} of {PidFile} is gone. Broca did not end in order.");
            }

            var words = File.ReadAllText(Path.Join(process, "cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            var begun = Directory.GetLastWriteTimeUtc(process);
            var home = new DirectoryInfo(Path.Join(process, "cwd")).LinkTarget;
            return !IsLikeBroca(words)
                    ? new(BrocaState.Stale, pid, $"It is stopped: process {pid} of {PidFile} is another program by now ({NameOf(words)}).")
                : begun > writtenAt.UtcDateTime + Slack
                    ? new(BrocaState.Stale, pid, $"It is stopped: process {pid} began after {PidFile} was written, and is another program.")
                : home is not null && home != folder && !home.StartsWith($"{folder}/", StringComparison.Ordinal)
                    ? new(BrocaState.Stale, pid, $"It is stopped: process {pid} of {PidFile} runs in another folder.")
                : new(BrocaState.Running, pid, $"It runs as process {pid}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(BrocaState.Unknown, pid, $"Process {pid} of {PidFile} is there, but the console's user can't see what it is.");
        }
    }

    private static bool IsLikeBroca(string[] words) =>
        words.Length > 0
        && (
            Path.GetFileName(words[0]).StartsWith("python", StringComparison.OrdinalIgnoreCase)
            || words.Any(word => word.Contains("broca", StringComparison.OrdinalIgnoreCase))
        );

    private static string NameOf(string[] words) => words.Length > 0 ? Path.GetFileName(words[0]) : "a part of the system";
}
