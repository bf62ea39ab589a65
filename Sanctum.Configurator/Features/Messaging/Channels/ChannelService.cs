using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Adds, changes, pauses and deletes channels. Each call is one unit of work.</summary>
public sealed partial class ChannelService(
    IDbContextFactory<RegistryDbContext> registries,
    ChannelReader reader,
    ChannelRules rules,
    Connectors connectors,
    SecretBox secrets,
    CurrentUser caller,
    Signal<RegistryChange> changes,
    TimeProvider clock,
    ILogger<ChannelService> log
)
{
    internal const string MayNot = "You don't have permission to change channels.";

    /// <summary>Adds a channel, or changes the one the form names.</summary>
    public async Task<Outcome<ChannelRow>> SaveAsync(ChannelForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageMessages))
        {
            return new Outcome<ChannelRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var stored = form.Id is null ? null : await registry.Channels.SingleOrDefaultAsync(c => c.Id == form.Id, cancel);
        if (form.Id is not null && stored is null)
        {
            return new Outcome<ChannelRow>.NotFound();
        }

        if (stored is not null && stored.Version != form.Version)
        {
            return new Outcome<ChannelRow>.Conflict(await reader.RowOfAsync(registry, stored, cancel));
        }

        if (await rules.FindAsync(registry, form, stored, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<ChannelRow>.Invalid(reasons);
        }

        var channel = await WriteAsync(registry, form, stored, cancel);
        var row = await reader.RowOfAsync(registry, channel, cancel);
        await registry.CommitWritingAsync(cancel);
        LogSaved(channel.Id, channel.Version);
        return new Outcome<ChannelRow>.Ok(row);
    }

    /// <summary>Lets a channel go on, or stops what comes and goes by it. What waits to be sent waits until it goes on.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<ChannelRow>> EnableAsync(int id, bool isEnabled, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<ChannelRow>.Invalid("", "You don't have permission to pause channels.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Channels.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } channel)
        {
            return new Outcome<ChannelRow>.NotFound();
        }

        if (version is { } read && channel.Version != read)
        {
            return new Outcome<ChannelRow>.Conflict(await reader.RowOfAsync(registry, channel, cancel));
        }

        if (channel.IsEnabled != isEnabled)
        {
            (channel.IsEnabled, channel.Problem) = (isEnabled, null);
            await registry.SaveChangesAsync(cancel);
        }

        var row = await reader.RowOfAsync(registry, channel, cancel);
        await registry.CommitWritingAsync(cancel);
        return new Outcome<ChannelRow>.Ok(row);
    }

    /// <summary>Has the platform read now, where it was to be tried later: whichever console has the channel begins anew.</summary>
    public async Task<Outcome<ChannelRow>> TryNowAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<ChannelRow>.Invalid("", "You don't have permission to try channels again.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Channels.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } channel)
        {
            return new Outcome<ChannelRow>.NotFound();
        }

        if (ChannelProblem.Read(channel.Problem) is (Why: { } why, Next: not null))
        {
            // Another version is what the console that has the channel begins anew for; the history has nothing to tell of it.
            var problem = ChannelProblem.Write(why, clock.GetUtcNow());
            await registry
                .Channels.Where(c => c.Id == id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.Problem, problem).SetProperty(c => c.Version, c => c.Version + 1),
                    cancel
                );
            await registry.Entry(channel).ReloadAsync(cancel);
        }

        var row = await reader.RowOfAsync(registry, channel, cancel);
        await registry.CommitWritingAsync(cancel);
        changes.Publish(new(Tables.Channels));
        return new Outcome<ChannelRow>.Ok(row);
    }

    /// <summary>Deletes a channel with what waits to be sent by it. Messages stay.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<ChannelRow>> DeleteAsync(int id, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageMessages))
        {
            return new Outcome<ChannelRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Channels.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } channel)
        {
            return new Outcome<ChannelRow>.NotFound();
        }

        var row = await reader.RowOfAsync(registry, channel, cancel);
        if (version is { } read && channel.Version != read)
        {
            return new Outcome<ChannelRow>.Conflict(row);
        }

        registry.Remove(channel);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogDeleted(id);
        return new Outcome<ChannelRow>.Ok(row);
    }

    private async Task<Channel> WriteAsync(RegistryDbContext registry, ChannelForm form, Channel? stored, CancellationToken cancel)
    {
        var connector = connectors.Find(form.Connector)!;
        var channel =
            stored
            ?? await rules.PlaceOfAsync(registry, form, cancel)
            ?? new Channel
            {
                Name = form.Name,
                Platform = connector.Platform ?? form.Platform!,
                AgentId = form.AgentId,
                Connector = connector.Name,
            };
        if (stored is not null && rules.IsAnotherPlace(form, stored))
        {
            channel.Cursor = null; // How far another mailbox or bot was read says nothing.
        }

        channel.Connector = connector.Name;
        (channel.Name, channel.AgentId, channel.IsEnabled, channel.Mode) = (form.Name, form.AgentId, form.IsEnabled, form.Mode);
        (channel.BurstSeconds, channel.DuringRun) = (form.BurstSeconds, form.DuringRun);
        (channel.MostAttempts, channel.KeepDays, channel.Problem) = (form.MostAttempts, form.KeepDays, null);
        channel.Settings = form.SettingsFor(connector).ToJson();
        if (channel.Id == 0)
        {
            // The secret is sealed to the row's id, which it has only when it is written.
            registry.Add(channel);
            await registry.SaveChangesAsync(cancel);
        }

        if (form.Secret is { } secret)
        {
            channel.Secret = secrets.Seal(secret, SecretAdoption.PlaceOf(channel));
        }

        await registry.SaveChangesAsync(cancel);
        return channel;
    }

    [LoggerMessage(LogLevel.Information, "The channel {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The channel {Id} was deleted")]
    private partial void LogDeleted(int id);
}
