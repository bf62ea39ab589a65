using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Lists, adds, changes, tests and deletes the ways by which notifications leave the console.</summary>
public sealed partial class ChannelService(
    IDbContextFactory<RegistryDbContext> registries,
    TestSender tests,
    NotificationBell bell,
    Notifier notifier,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ChannelService> log
)
{
    internal const string MayNot = "You don't have permission to change notification channels.";
    private const string Unreadable =
        "The channel's settings can't be decrypted with this key ring. Restore the keys folder, or edit the channel and enter them again.";
    private const string SwitchedOff = "The channel was switched off before it was sent.";

    /// <summary>All channels, by name.</summary>
    public async Task<IReadOnlyList<ChannelRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var mayChange = await caller.MayAsync(Policies.WriteRegistry);
        var rows = new List<ChannelRow>();
        foreach (
            var channel in (await registry.NotificationChannels.AsNoTracking().ToListAsync(cancel))
                .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(c => c.Id)
        )
        {
            rows.Add(await RowOfAsync(registry, channel, mayChange, cancel));
        }

        return rows;
    }

    public async Task<ChannelRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.NotificationChannels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is { } channel
            ? await RowOfAsync(registry, channel, await caller.MayAsync(Policies.WriteRegistry), cancel)
            : null;
    }

    /// <summary>
    /// Adds a channel, or changes the one the form names. What failed there is not sent again; what waits is tried at once.
    /// </summary>
    /// <param name="dryRun">Only says what it would be.</param>
    public async Task<Outcome<ChannelRow>> SaveAsync(ChannelForm form, bool dryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ChannelRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var channel = form.Id is null
            ? new NotificationChannel
            {
                Name = "",
                Kind = form.Kind,
                CreatedAt = clock.GetUtcNow(),
            }
            : await registry.NotificationChannels.SingleOrDefaultAsync(c => c.Id == form.Id, cancel);
        if (channel is null)
        {
            return new Outcome<ChannelRow>.NotFound();
        }

        if (form.Id is not null && channel.Version != form.Version)
        {
            return new Outcome<ChannelRow>.Conflict(await RowOfAsync(registry, channel, true, cancel));
        }

        var stored = Open(channel).Settings;
        if (await CheckAsync(registry, form, channel, stored, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<ChannelRow>.Invalid(reasons);
        }

        return await WriteAsync(registry, form, channel, stored, dryRun, cancel);
    }

    private async Task<Outcome<ChannelRow>> WriteAsync(
        RegistryDbContext registry,
        ChannelForm form,
        NotificationChannel channel,
        ChannelSettings? stored,
        bool dryRun,
        CancellationToken cancel
    )
    {
        form.WriteTo(channel);
        var settings = form.Apply(stored);
        if (form.Id is null)
        {
            // The settings are sealed to the row's id, which it has only when it is written.
            registry.Add(channel);
            await registry.SaveChangesAsync(cancel);
        }

        if (settings != stored)
        {
            channel.Config = secrets.Seal(settings.ToJson(), SecretAdoption.PlaceOf(channel));
        }

        await registry.SaveChangesAsync(cancel);
        await registry.EndWritingAsync(cancel);
        await FollowAsync(registry, channel, cancel);
        var row = await RowOfAsync(registry, channel, true, cancel);
        if (!dryRun)
        {
            await registry.Database.CommitTransactionAsync(cancel);
            LogSaved(channel.Id, channel.Version);
            bell.Ring();
        }

        return new Outcome<ChannelRow>.Ok(dryRun && form.Id is null ? row with { Id = 0 } : row);
    }

    /// <param name="version">Null for whichever it is.</param>
    /// <param name="dryRun">Only says what would be deleted.</param>
    public async Task<Outcome<ChannelRow>> DeleteAsync(int id, int? version, bool dryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ChannelRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.NotificationChannels.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } channel)
        {
            return new Outcome<ChannelRow>.NotFound();
        }

        var row = await RowOfAsync(registry, channel, true, cancel);
        if (version is { } read && read != channel.Version)
        {
            return new Outcome<ChannelRow>.Conflict(row);
        }

        if (!dryRun)
        {
            registry.Remove(channel);
            await registry.SaveChangesAsync(cancel);
            LogDeleted(id);
            await notifier.ResolveAsync(NotificationDeliverer.GroupOf(id), cancel);
        }

        return new Outcome<ChannelRow>.Ok(row);
    }

    /// <summary>Sends a test as the form says, saved or not.</summary>
    public async Task<Outcome<SendVerdict>> TestAsync(ChannelForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<SendVerdict>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channel = form.Id is null
            ? null
            : await registry.NotificationChannels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == form.Id, cancel);
        if (form.Id is not null && channel is null)
        {
            return new Outcome<SendVerdict>.NotFound();
        }

        form.Name = string.IsNullOrWhiteSpace(form.Name) ? "The new channel" : form.Name;
        var stored = channel is null ? null : Open(channel).Settings;
        return RulesOf(form, stored) is { Count: > 0 } reasons
            ? new Outcome<SendVerdict>.Invalid(reasons)
            : new Outcome<SendVerdict>.Ok(await tests.SendAsync(form.Kind, form.Apply(stored), cancel));
    }

    /// <summary>
    /// Sends a test by a channel as it is stored. One that arrives ends its failing, and what waits there is tried at once.
    /// </summary>
    public async Task<Outcome<SendVerdict>> TestAsync(int id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } row)
        {
            return new Outcome<SendVerdict>.NotFound();
        }

        var tested = await TestAsync(row.ToForm(), cancel);
        if (tested is Outcome<SendVerdict>.Ok { Value.Ok: true } && row.FailingSince is not null)
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await NotificationDeliverer.MarkAsync(registry.NotificationChannels.Where(c => c.Id == id), failure: null, clock.GetUtcNow());
            await FollowAsync(registry, await registry.NotificationChannels.AsNoTracking().SingleAsync(c => c.Id == id, cancel), cancel);
            await notifier.ResolveAsync(NotificationDeliverer.GroupOf(id), cancel);
            bell.Ring();
        }

        return tested;
    }

    private static async Task<Dictionary<string, string>> CheckAsync(
        RegistryDbContext registry,
        ChannelForm form,
        NotificationChannel channel,
        ChannelSettings? stored,
        CancellationToken cancel
    )
    {
        var reasons = RulesOf(form, stored);
        if (form.Id is not null && form.Kind != channel.Kind)
        {
            reasons.TryAdd(nameof(form.Kind), "The type of a channel can't be changed. Add another channel.");
        }

        var name = form.Name.Trim();
        var names = await registry.NotificationChannels.Where(c => c.Id != channel.Id).Select(c => c.Name).ToListAsync(cancel);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            reasons.TryAdd(nameof(form.Name), $"A channel named {name} already exists.");
        }

        return reasons;
    }

    /// <summary>What can be said of the form alone, and of the secrets that are stored.</summary>
    private static Dictionary<string, string> RulesOf(ChannelForm form, ChannelSettings? stored)
    {
        var reasons = FormRules.Check(form);
        foreach (var result in reasons.Count > 0 ? form.Validate(new(form)) : [])
        {
            // The framework leaves these out where a field alone is wrong; the operator wants all at once.
            reasons.TryAdd(result.MemberNames.First(), result.ErrorMessage!);
        }

        if (form is { Kind: ChannelKinds.Webhook, Url: null } && stored?.Url is null)
        {
            reasons.TryAdd(nameof(form.Url), "Enter the full address, such as https://example.com/hooks/sanctum.");
        }

        // A stored secret goes only where it was given for, whoever changes the place.
        if (
            form is { Kind: ChannelKinds.Ntfy, Token: null }
            && stored?.Token is not null
            && SecretDestination.IsAnother(stored.Server, form.Apply(stored).Server)
        )
        {
            reasons.TryAdd(nameof(form.Token), SecretDestination.Again("token"));
        }

        if (
            form is { Kind: ChannelKinds.Mail, Password: null, User: not null }
            && stored?.Password is not null
            && (form.Apply(stored) is var now && (now.Host, now.Port, now.Security) != (stored.Host, stored.Port, stored.Security))
        )
        {
            reasons.TryAdd(nameof(form.Password), SecretDestination.Again("password"));
        }

        return reasons;
    }

    /// <summary>
    /// What waits follows the change: it is tried at once, held anew by the quiet hours, or given up where the channel is off.
    /// </summary>
    private async Task FollowAsync(RegistryDbContext registry, NotificationChannel channel, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var waiting = registry.NotificationDeliveries.Where(d => d.ChannelId == channel.Id && d.State == DeliveryState.Waiting);
        await (
            channel.IsEnabled
                ? waiting
                    .Where(d => d.IsHeld || d.Attempts > 0)
                    .ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, now).SetProperty(d => d.IsHeld, false), cancel)
                : waiting.ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(d => d.State, DeliveryState.Failed)
                            .SetProperty(d => d.Failure, SwitchedOff)
                            .SetProperty(d => d.EndedAt, (DateTimeOffset?)now),
                    cancel
                )
        );
    }

    private (ChannelSettings? Settings, string? Problem) Open(NotificationChannel channel)
    {
        try
        {
            var settings = ChannelSettings.Read(secrets.Open(channel.Config, SecretAdoption.PlaceOf(channel)));
            return (settings, settings is null ? "The channel's settings are not valid. Edit the channel and enter them." : null);
        }
        catch (SecretUnreadableException)
        {
            return (null, Unreadable);
        }
    }

    private async Task<ChannelRow> RowOfAsync(RegistryDbContext registry, NotificationChannel c, bool mayChange, CancellationToken cancel)
    {
        var (settings, problem) = Open(c);
        var waiting = await registry.NotificationDeliveries.CountAsync(
            d => d.ChannelId == c.Id && d.State == DeliveryState.Waiting,
            cancel
        );
        return new(
            c.Id,
            c.Name,
            c.Kind,
            settings?.TargetOf(c.Kind) ?? "",
            c.IsEnabled,
            c.MinLevel,
            Notifier.SourcesOf(c),
            c.TellsResolved,
            c.QuietFrom,
            c.QuietUntil,
            c.TimeZone,
            NotificationDeliverer.QuietHoursOf(c)?.EndAt(clock.GetUtcNow()) is not null,
            waiting,
            c.LastDeliveredAt,
            c.LastFailedAt,
            c.LastFailure,
            c.FailingSince,
            problem,
            mayChange ? ChannelSettingsView.Of(settings ?? new()) : null,
            c.Version
        );
    }

    [LoggerMessage(LogLevel.Information, "The channel {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The channel {Id} was deleted")]
    private partial void LogDeleted(int id);
}
