using Sanctum.Configurator.Features.ScheduledJobs.Crontab;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A command of the installation's crontab, beside our jobs.</summary>
/// <param name="Problem">Why it can't become a job; null where it can.</param>
/// <param name="JobId">The job that was made of it.</param>
public sealed record CrontabEntry(
    int Line,
    string CronExpression,
    string TimeZone,
    string Command,
    string? Sentence,
    DateTimeOffset? Next,
    string? Problem,
    int? JobId
);

/// <summary>The installation's own crontab.</summary>
/// <param name="Path">Null where there is none.</param>
/// <param name="Problem">Why it could not be read.</param>
public sealed record CrontabView(string? Path, IReadOnlyList<CrontabEntry> Entries, string? Problem = null);

/// <summary>Shows what the installation's <c>sanctum-crontab</c> runs, which stays as it is, and makes jobs of it.</summary>
public sealed class CrontabService(
    IDbContextFactory<RegistryDbContext> registries,
    EffectiveSettings settings,
    ToolRuns tools,
    JobService jobs,
    OperatorFiles files,
    CurrentUser caller,
    TimeProvider clock
)
{
    /// <summary>Where the installer and the bootstraps put it.</summary>
    private static readonly string[] Places = ["control/run/cron/sanctum-crontab", "control/cron/sanctum-crontab"];

    private const int LongestFile = 1 << 20;

    public async Task<CrontabView> ReadAsync(CancellationToken cancel)
    {
        var (path, commands, problem) = await FindAsync(cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var made = await registry
            .ScheduledJobs.Where(j => j.Description != null && j.Description.StartsWith(Origin))
            .Select(j => new { j.Id, j.Description })
            .ToListAsync(cancel);
        var entries = new List<CrontabEntry>();
        foreach (var command in commands)
        {
            entries.Add(
                EntryOf(command, await ProblemWithAsync(command, cancel), made.Find(job => job.Description == DescriptionOf(command))?.Id)
            );
        }

        return new(path, entries, problem);
    }

    /// <summary>What the import makes of a line, or why it makes nothing of it.</summary>
    public async Task<Outcome<CrontabEntry>> TryAsync(int line, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<CrontabEntry>.Invalid("", "You don't have permission to create jobs.");
        }

        return (await ReadAsync(cancel)).Entries.FirstOrDefault(entry => entry.Line == line) switch
        {
            null => new Outcome<CrontabEntry>.NotFound(),
            { Problem: { } problem } => new Outcome<CrontabEntry>.Invalid("", problem),
            { JobId: not null } => new Outcome<CrontabEntry>.Invalid("", "A job already exists for this line."),
            { } entry => new Outcome<CrontabEntry>.Ok(entry),
        };
    }

    /// <summary>
    /// Makes a tool instance and a job of one of its lines, whose command it will run without a shell. The crontab stays: take the line out
    /// of it.
    /// </summary>
    public async Task<Outcome<JobRow>> ImportAsync(int line, CancellationToken cancel)
    {
        var tried = await TryAsync(line, cancel);
        if (tried is not Outcome<CrontabEntry>.Ok { Value: var entry })
        {
            return tried is Outcome<CrontabEntry>.Invalid refused
                ? new Outcome<JobRow>.Invalid(refused.Reasons)
                : new Outcome<JobRow>.NotFound();
        }

        if ((await FindAsync(cancel)).Commands.FirstOrDefault(each => each.Line == line) is not { } command)
        {
            return new Outcome<JobRow>.NotFound(); // The file was changed this very moment.
        }

        var name = $"{Path.GetFileName(command.Words[0])} (line {line})";
        return await tools.AddProgramAsync("sanctum-crontab", name, command.Words[0], [.. command.Words.Skip(1)], cancel) switch
        {
            Outcome<int>.Ok { Value: var instance } => await jobs.SaveAsync(
                new()
                {
                    Name = name,
                    Description = DescriptionOf(command),
                    CronExpression = entry.CronExpression,
                    TimeZone = entry.TimeZone,
                    ToolInstanceId = instance,
                },
                cancel
            ),
            var other => new Outcome<JobRow>.Invalid("", other.ProblemWith("The tool")!),
        };
    }

    private const string Origin = "From sanctum-crontab: ";

    private static string DescriptionOf(CrontabCommand command) => $"{Origin}{command.CronExpression} {command.Command}";

    private async Task<(string? Path, IReadOnlyList<CrontabCommand> Commands, string? Problem)> FindAsync(CancellationToken cancel)
    {
        var root = Folders.Expand((await settings.ReadAsync(cancel))["sanctum_base_path"].Value ?? "");
        var path = root.Length == 0 ? null : Places.Select(place => Path.Combine(root, place)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return (null, [], null);
        }

        try
        {
            await using var file = files.OpenRead(path);
            using var reader = new StreamReader(file);
            return file.Length > LongestFile
                ? (path, [], "The file is larger than 1 MB and was not read.")
                : (path, CrontabReader.Read(await reader.ReadToEndAsync(cancel)), null);
        }
        catch (PathRefusedException e)
        {
            return (path, [], $"The file was not read. {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (path, [], "The file can't be read. Give the console's user permission to read it.");
        }
    }

    /// <summary>A line is offered only where its run would not be refused.</summary>
    private async Task<string?> ProblemWithAsync(CrontabCommand command, CancellationToken cancel) =>
        command.Words is [var program, ..] && await tools.ProblemWithProgramAsync(program, cancel) is { } problem
            ? CrontabReader.HintFor(command.Words) ?? problem
            : null;

    private CrontabEntry EntryOf(CrontabCommand command, string? problem, int? job)
    {
        var zone = command.TimeZone ?? TimeZoneInfo.Local.Id;
        var schedule = CronSchedule.Read(command.CronExpression, zone, out var fault);
        var otherDays = CrontabReader.OtherDaysOf(schedule);
        schedule = otherDays is null ? schedule : null;
        return new(
            command.Line,
            command.CronExpression,
            zone,
            command.Command,
            schedule?.Sentence,
            schedule?.Next(clock.GetUtcNow()),
            command.Problem ?? fault?.Message ?? otherDays ?? problem,
            job
        );
    }
}
