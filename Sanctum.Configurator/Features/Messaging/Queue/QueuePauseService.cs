using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>A pause that is asked for.</summary>
public sealed record PauseForm
{
    [Required]
    public PauseScope? Scope { get; set; }

    /// <summary>The agent's or the person's id, or the platform's name.</summary>
    [Required, TextLimit(LengthLimits.Platform)]
    public string? Subject { get; set; }

    [TextLimit(500)]
    public string? Reason { get; set; }

    /// <summary>Null until somebody resumes it.</summary>
    public DateTimeOffset? Until { get; set; }
}

/// <summary>One pause.</summary>
/// <param name="Name">As the agent, the platform or the person is called.</param>
/// <param name="Waiting">How many messages wait for it.</param>
public sealed record PauseRow(
    int Id,
    PauseScope Scope,
    string Subject,
    string Name,
    string? Reason,
    string PausedBy,
    DateTimeOffset PausedAt,
    DateTimeOffset? Until,
    int Waiting
);

/// <summary>Lets the messages of an agent, a platform or a person wait, and go on.</summary>
public sealed class QueuePauseService(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    Signal<QueueChanged> queue,
    TimeProvider clock
)
{
    private const string MayNot = "You don't have permission to pause the queue. It requires messages:operate.";

    public async Task<IReadOnlyList<PauseRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var pauses = await registry
            .QueuePauses.AsNoTracking()
            .Where(p => p.Until == null || p.Until > now)
            .OrderBy(p => p.Id)
            .ToListAsync(cancel);
        var rows = new List<PauseRow>();
        foreach (var pause in pauses)
        {
            rows.Add(await RowAsync(registry, pause, cancel));
        }

        return rows;
    }

    /// <summary>Pauses; what is paused already is paused until the new time.</summary>
    public async Task<Outcome<PauseRow>> PauseAsync(PauseForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<PauseRow>.Invalid("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<PauseRow>.Invalid(reasons);
        }

        if (form.Until <= clock.GetUtcNow())
        {
            return new Outcome<PauseRow>.Invalid(nameof(form.Until), "The time is in the past. Enter a later one, or none.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (scope, subject) = (form.Scope!.Value, form.Subject!.Trim());
        if (await NameAsync(registry, scope, subject, cancel) is null)
        {
            return new Outcome<PauseRow>.Invalid(nameof(form.Subject), $"Unknown {EnumText<PauseScope>.Of(scope)}.");
        }

        await registry.BeginWritingAsync(cancel);
        var pause = await registry.QueuePauses.SingleOrDefaultAsync(p => p.Scope == scope && p.Subject == subject, cancel);
        if (pause is null)
        {
            pause = new()
            {
                Scope = scope,
                Subject = subject,
                PausedBy = caller.Actor.Name,
                PausedAt = clock.GetUtcNow(),
            };
            registry.Add(pause);
        }

        (pause.Reason, pause.Until) = (form.Reason?.Trim() is { Length: > 0 } reason ? reason : null, form.Until);
        await registry.SaveChangesAsync(cancel);
        await RecordAsync(registry, "pause", pause, cancel);
        await registry.CommitWritingAsync(cancel);
        queue.Publish(new());
        return new Outcome<PauseRow>.Ok(await RowAsync(registry, pause, cancel));
    }

    public async Task<Outcome<PauseRow>> ResumeAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<PauseRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.QueuePauses.SingleOrDefaultAsync(p => p.Id == id, cancel) is not { } pause)
        {
            return new Outcome<PauseRow>.NotFound();
        }

        var row = await RowAsync(registry, pause, cancel);
        await registry.BeginWritingAsync(cancel);
        registry.Remove(pause);
        await registry.SaveChangesAsync(cancel);
        await RecordAsync(registry, "resume", pause, cancel);
        await registry.CommitWritingAsync(cancel);
        queue.Publish(new());
        return new Outcome<PauseRow>.Ok(row);
    }

    private static Task RecordAsync(RegistryDbContext registry, string act, QueuePause pause, CancellationToken cancel) =>
        registry.RecordAsync(
            act,
            Tables.QueuePauses,
            $"{pause.Id}",
            JsonSerializer.Serialize(
                new
                {
                    pause.Scope,
                    pause.Subject,
                    pause.Until,
                },
                ApiJson.Options
            ),
            cancel
        );

    private static async Task<PauseRow> RowAsync(RegistryDbContext registry, QueuePause pause, CancellationToken cancel)
    {
        var waiting = registry.Queue.Where(e => e.Status == QueueStatus.Pending);
        var id = IdOf(pause.Subject);
        waiting = pause.Scope switch
        {
            PauseScope.Agent => waiting.Where(e => e.AgentId == id),
            PauseScope.Platform => waiting.Where(e => e.Platform == pause.Subject),
            _ => waiting.Where(e => registry.LettaUsers.Any(u => u.Id == e.LettaUserId && (u.Id == id || u.MergedInto == id))),
        };
        return new(
            pause.Id,
            pause.Scope,
            pause.Subject,
            await NameAsync(registry, pause.Scope, pause.Subject, cancel) ?? pause.Subject,
            pause.Reason,
            pause.PausedBy,
            pause.PausedAt,
            pause.Until,
            await waiting.CountAsync(cancel)
        );
    }

    private static int IdOf(string subject) => int.TryParse(subject, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>Null where there is no such thing.</summary>
    private static async Task<string?> NameAsync(RegistryDbContext registry, PauseScope scope, string subject, CancellationToken cancel)
    {
        var id = IdOf(subject);
        return scope switch
        {
            PauseScope.Agent => await registry.Agents.Where(a => a.Id == id).Select(a => a.Name).SingleOrDefaultAsync(cancel),
            PauseScope.Platform => await registry.Channels.AnyAsync(c => c.Platform == subject, cancel) ? subject : null,
            _ => await registry
                .LettaUsers.Where(u => u.Id == id)
                .Select(u =>
                    u.DisplayName
                    ?? registry
                        .PlatformProfiles.Where(p => p.LettaUserId == u.Id)
                        .OrderBy(p => p.Id)
                        .Select(p => p.DisplayName ?? p.Username ?? p.PlatformUserId)
                        .FirstOrDefault()
                    ?? $"Person {id}"
                )
                .SingleOrDefaultAsync(cancel),
        };
    }
}
