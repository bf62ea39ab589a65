namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>What a test of a channel found.</summary>
/// <param name="Ok">All steps went well.</param>
public sealed record ChannelTest(bool Ok, string Message, IReadOnlyList<ConnectorStep> Steps);

/// <summary>Tries whether a channel's platform can be talked to. Nobody is sent anything, and nothing is kept.</summary>
public sealed class ChannelTesting(
    IDbContextFactory<RegistryDbContext> registries,
    ChannelRules rules,
    Connectors connectors,
    CurrentUser caller,
    TimeProvider clock
)
{
    private const string MayNot = "You don't have permission to test channels.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Tests what a form says, saved or not.</summary>
    public async Task<Outcome<ChannelTest>> TestAsync(ChannelForm form, CancellationToken cancel)
    {
        // It may name any address, with the stored secret: that is as much as changing the channel.
        if (!await caller.MayAsync(Policies.ManageMessages))
        {
            return new Outcome<ChannelTest>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var stored = form.Id is null ? null : await registry.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == form.Id, cancel);
        if (form.Id is not null && stored is null)
        {
            return new Outcome<ChannelTest>.NotFound();
        }

        var tried = form.Copy();
        tried.Name = tried.Name.Length == 0 ? "New" : tried.Name;
        tried.AgentId = tried.AgentId == 0 ? 1 : tried.AgentId;
        if (rules.Find(tried, stored) is { Count: > 0 } reasons)
        {
            return new Outcome<ChannelTest>.Invalid(reasons);
        }

        var connector = connectors.Find(tried.Connector)!;
        var open = new OpenChannel(
            stored?.Id ?? 0,
            tried.Name,
            stored?.Platform ?? connector.Platform ?? tried.Platform!,
            tried.AgentId,
            tried.SettingsFor(connector),
            tried.Secret is { Length: > 0 } typed ? typed
                : stored is null ? null
                : connectors.TryOpen(stored)?.Secret,
            stored?.Cursor,
            stored?.Version ?? 0
        );
        return new Outcome<ChannelTest>.Ok(await RunAsync(connector, open, cancel));
    }

    /// <summary>Tests a channel as it is stored.</summary>
    public async Task<Outcome<ChannelTest>> TestAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<ChannelTest>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } channel)
        {
            return new Outcome<ChannelTest>.NotFound();
        }

        return connectors.FaultOf(channel) is { } fault
            ? new Outcome<ChannelTest>.Invalid("", fault)
            : new Outcome<ChannelTest>.Ok(await RunAsync(connectors.Find(channel.Connector)!, connectors.TryOpen(channel)!, cancel));
    }

    private async Task<ChannelTest> RunAsync(IConnector connector, OpenChannel open, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        IReadOnlyList<ConnectorStep> steps;
        try
        {
            steps = await connector.TestAsync(open, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            steps =
            [
                new("Test", false, $"{connector.Title} did not answer within {Patience.TotalSeconds:0} seconds. Check the address.", 0),
            ];
        }

        return steps.FirstOrDefault(step => !step.Ok) is { } failed
            ? new(false, failed.Detail, steps)
            : new(true, steps.Count > 0 ? steps[^1].Detail : "There is nothing to test.", steps);
    }
}
