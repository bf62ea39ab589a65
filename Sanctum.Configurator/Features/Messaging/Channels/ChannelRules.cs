using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>What is wrong with a channel that is to be saved or tested.</summary>
public sealed class ChannelRules(Connectors connectors)
{
    /// <summary>Field → a sentence; empty where it may be saved.</summary>
    internal async Task<Dictionary<string, string>> FindAsync(
        RegistryDbContext registry,
        ChannelForm form,
        Channel? stored,
        CancellationToken cancel
    )
    {
        var reasons = Find(form, stored);
        if (reasons.Count > 0)
        {
            return reasons;
        }

        var connector = connectors.Find(form.Connector)!;
        var platform = stored?.Platform ?? connector.Platform ?? form.Platform!;
        var others = await registry.Channels.AsNoTracking().Where(c => c.Id != form.Id).ToListAsync(cancel);
        others.RemoveAll(c => stored is null && c.Platform == platform && c.AgentId == form.AgentId && GivesWay(c, connector));
        if (others.Find(c => string.Equals(c.Name, form.Name, StringComparison.OrdinalIgnoreCase)) is not null)
        {
            reasons[nameof(form.Name)] = $"A channel named {form.Name} already exists.";
        }

        if (!await registry.Agents.AnyAsync(a => a.Id == form.AgentId, cancel))
        {
            reasons[nameof(form.AgentId)] = "This agent no longer exists. Choose another one.";
        }
        else if (others.Find(c => c.Platform == platform && c.AgentId == form.AgentId) is { } same)
        {
            reasons[nameof(form.AgentId)] =
                $"This agent already has the channel {same.Name} on {platform}, and an agent has one channel a platform. "
                + (connector.GivesWay ? "Programs use that one: they post to POST /api/messages." : "Edit that one, or delete it first.");
        }

        if (
            connector.IdentityOf(form.SettingsFor(connector), SecretOf(form, stored)) is { } identity
            && others.Find(c => c.Connector == connector.Name && IdentityOf(c) == identity) is { } rival
        )
        {
            reasons[nameof(form.Secret)] =
                $"The channel {rival.Name} already uses {identity}. Two channels would take each other's messages.";
        }

        return reasons;
    }

    /// <summary>
    /// The channel in whose place a new one comes: programs had used it, and with another connector it goes on, with its messages.
    /// </summary>
    internal async Task<Channel?> PlaceOfAsync(RegistryDbContext registry, ChannelForm form, CancellationToken cancel)
    {
        var connector = connectors.Find(form.Connector)!;
        var platform = connector.Platform ?? form.Platform!;
        var there = await registry.Channels.SingleOrDefaultAsync(c => c.Platform == platform && c.AgentId == form.AgentId, cancel);
        return there is not null && GivesWay(there, connector) ? there : null;
    }

    private bool GivesWay(Channel there, IConnector connector) =>
        !connector.GivesWay && connectors.Find(there.Connector) is { GivesWay: true };

    /// <summary>What can be said without looking at other channels.</summary>
    internal Dictionary<string, string> Find(ChannelForm form, Channel? stored)
    {
        var reasons = FormRules.Check(form);
        if (connectors.Find(form.Connector) is not { } connector)
        {
            reasons.TryAdd(
                nameof(form.Connector),
                $"Choose one of these connectors: {string.Join(", ", connectors.All.Select(each => each.Name))}."
            );
            return reasons;
        }

        if (stored is not null && stored.Connector != form.Connector)
        {
            reasons.TryAdd(nameof(form.Connector), "The connector of a channel can't be changed. Add another channel.");
            return reasons;
        }

        if (connector.Platform is null && stored is null && form.Platform is null)
        {
            reasons.TryAdd(nameof(form.Platform), "Enter the platform, such as website.");
        }

        var settings = form.SettingsFor(connector);
        var faults = ConnectorField
            .Of(connector)
            .Select(field => (field.Name, Reason: field.FaultOf(settings.Find(field.Name))))
            .Where(fault => fault.Reason is not null)
            .Select(fault => (fault.Name, Reason: fault.Reason!))
            .ToList();
        var unknown = form.Settings.Keys.FirstOrDefault(name => ConnectorField.Of(connector).All(field => field.Name != name));
        if (unknown is not null)
        {
            faults.Add((unknown, $"{connector.Title} has no setting named {unknown}."));
        }

        faults.AddRange(faults.Count == 0 ? connector.Check(settings, SecretOf(form, stored)) : []);
        foreach (var (name, reason) in faults)
        {
            reasons.TryAdd(name, reason);
        }

        if (SecretFault(connector, form, stored) is { } secret)
        {
            reasons.TryAdd(nameof(form.Secret), secret);
        }

        return reasons;
    }

    /// <summary>Whether the form leads the channel to another bot or mailbox.</summary>
    internal bool IsAnotherPlace(ChannelForm form, Channel stored) =>
        connectors.Find(form.Connector) is { } connector
        && connector.IdentityOf(form.SettingsFor(connector), SecretOf(form, stored)) != IdentityOf(stored);

    private static string? SecretFault(IConnector connector, ChannelForm form, Channel? stored)
    {
        if (connector.Secret is not { } secret)
        {
            return form.Secret is { Length: > 0 } ? $"{connector.Title} has no secret." : null;
        }

        if (form.Secret is { Length: > 0 } typed)
        {
            return secret.FaultOf(typed);
        }

        var isStored = form.Secret is null && !string.IsNullOrEmpty(stored?.Secret);
        return !isStored ? $"Enter: {secret.Label}."
            : HasMoved(connector, form, stored!) ? SecretDestination.Again(secret.Label.ToLowerInvariant())
            : null;
    }

    private static bool HasMoved(IConnector connector, ChannelForm form, Channel stored)
    {
        var (before, now) = (ChannelSettings.Read(stored.Settings), form.SettingsFor(connector));
        return connector.Fields.Any(field => field.IsPlace && SecretDestination.IsAnother(before.Text(field), now.Text(field)));
    }

    private string? SecretOf(ChannelForm form, Channel? stored) =>
        form.Secret ?? (stored is null ? null : connectors.TryOpen(stored)?.Secret);

    private string? IdentityOf(Channel channel) =>
        connectors.TryOpen(channel) is { } open ? connectors.Find(channel.Connector)?.IdentityOf(open.Settings, open.Secret) : null;
}
