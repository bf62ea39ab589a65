using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform.Cron;

namespace Sanctum.Configurator.Features.ScheduledJobs.Crontab;

/// <summary>A command of a crontab.</summary>
/// <param name="Line">The number of its line, from 1.</param>
/// <param name="Words">The program and its arguments; empty where <paramref name="Problem"/> says why they can't be told apart.</param>
internal sealed record CrontabCommand(
    int Line,
    string CronExpression,
    string? TimeZone,
    string Command,
    IReadOnlyList<string> Words,
    string? Problem
);

/// <summary>
/// Reads a crontab as its users write it: comments, <c>CRON_TZ</c>, five fields or an @word, and a command for the shell.
/// </summary>
internal static partial class CrontabReader
{
    private const string NeedsShell = "This command needs a shell. Put it in a script in the installation and run that in a job.";

    /// <summary>What cron itself goes by, or a job's program has too.</summary>
    private static readonly string[] OfCron = ["SHELL", "MAILTO", "MAILFROM", "CRON_TZ", "PATH", "HOME", "LANG", "LOGNAME", "USER"];

    public static IReadOnlyList<CrontabCommand> Read(string text)
    {
        var (commands, zone, set) = (new List<CrontabCommand>(), (string?)null, new List<string>());
        foreach (var (at, line) in text.Split('\n').Index())
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (Variable().Match(trimmed) is { Success: true } variable)
            {
                var name = variable.Groups["name"].Value;
                zone = name == "CRON_TZ" ? variable.Groups["value"].Value.Trim('"', '\'', ' ') : zone;
                if (!OfCron.Contains(name) && !set.Contains(name))
                {
                    set.Add(name);
                }
            }
            else
            {
                commands.Add(CommandOf(at + 1, trimmed, zone, set));
            }
        }

        return commands;
    }

    private static CrontabCommand CommandOf(int line, string text, string? zone, IReadOnlyList<string> set)
    {
        var match = (text[0] == '@' ? Named() : Fields()).Match(text);
        if (!match.Success)
        {
            return new(line, "", zone, text, [], "This is not a schedule followed by a command.");
        }

        var (schedule, command) = (match.Groups["when"].Value, match.Groups["what"].Value);
        var problem =
            schedule == "@reboot" ? "@reboot is not supported in jobs."
            : command.Replace("\\%", "", StringComparison.Ordinal).Contains('%') ? "Input after % is not supported in jobs."
            : null;

        // What a job says is kept with its run. Cron takes the backslash before a % away before anybody else reads the command.
        var words = Split(Redirections().Replace(command.Replace("\\%", "%", StringComparison.Ordinal), ""));
        problem ??=
            words is not { Count: > 0 } ? NeedsShell
            : Assignment().Match(words[0]) is { Success: true } own ? Sets(own.Groups["name"].Value)
            : set.Count > 0 ? Sets(string.Join(", ", set))
            : null;
        return new(line, schedule, zone, command, problem is null ? words! : [], problem);
    }

    private static string Sets(string names) =>
        $"Jobs can't set {names}. Put the variables and the command in a script in the installation and run that in a job.";

    /// <summary>What the first word is where it is no program, for whoever wrote the line for another file.</summary>
    internal static string? HintFor(IReadOnlyList<string> words) =>
        words is [var user, ['/', ..], ..] && !user.Contains('/', StringComparison.Ordinal)
            ? $"Lines of this file have no user field. Remove {user}."
            : null;

    /// <summary>
    /// What a job would do on other days than cron. Where both day fields name days, either is enough for a job; for cron both must match
    /// where one begins with *, as */2 does, and a range of all seven days names days, too.
    /// </summary>
    internal static string? OtherDaysOf(CronSchedule? schedule) =>
        schedule?.Expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, _, var ofMonth, _, var ofWeek]
        && ofMonth != "*"
        && ofWeek != "*"
        && (ofMonth[0] == '*' || ofWeek[0] == '*' || schedule.Fields.IsAnyDayOfWeek)
            ? $"Cron takes the two day fields {ofMonth} and {ofWeek} together differently from a job. Write * for one of them."
            : null;

    /// <summary>A simple command as a shell takes it apart; null for what only a shell can do.</summary>
    internal static List<string>? Split(string command)
    {
        var (words, word, quote, isBegun) = (new List<string>(), new StringBuilder(), '\0', false);
        for (var at = 0; at < command.Length; at++)
        {
            var letter = command[at];
            if (letter == '#' && quote == '\0' && !isBegun)
            {
                break; // A comment.
            }

            if (quote == '\'' ? letter != '\'' : "$`".Contains(letter) || (quote == '\0' && "|&;<>()*?[]{}~#!".Contains(letter)))
            {
                if (quote != '\'')
                {
                    return null;
                }

                word.Append(letter);
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter is '\'' or '"')
            {
                (quote, isBegun) = (letter, true);
            }
            else if (letter == '\\' && at + 1 < command.Length && (quote == '\0' || command[at + 1] is '"' or '\\'))
            {
                (isBegun, _) = (true, word.Append(command[++at]));
            }
            else if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                if (isBegun)
                {
                    words.Add(word.ToString());
                }

                (isBegun, _) = (false, word.Clear());
            }
            else
            {
                (isBegun, _) = (true, word.Append(letter));
            }
        }

        if (isBegun)
        {
            words.Add(word.ToString());
        }

        return quote == '\0' ? words : null;
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*)\s*=\s*(?<value>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*)=")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?<when>@\w+)\s+(?<what>\S.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?<when>(?:\S+\s+){4}\S+)\s+(?<what>\S.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Fields();

    [GeneratedRegex(@"(\s+(\d?>>?\s*[^\s&|;<>]+|2>&1|&>>?\s*[^\s&|;<>]+))+\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Redirections();
}
