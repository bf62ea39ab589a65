using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>The V1 server that agents are to be moved from, as it is typed.</summary>
public sealed class V1ServerForm
{
    [TextLimit(Lengths.Line)]
    public string? Address { get; set; }

    /// <summary>8283 is Letta's own.</summary>
    public int? Port { get; set; }

    /// <summary>Null or empty keeps the stored one, as long as the address is the same.</summary>
    [TextLimit(Lengths.Line)]
    public string? Token { get; set; }
}

/// <summary>The V1 server that is kept, without its token.</summary>
public sealed record V1ServerView(Uri Address, bool HasToken);

/// <summary>
/// Keeps which V1 server agents are moved from, beside the App Server of the system settings. Address and token are one secret
/// configuration: whoever changes the address without the token would else have the token sent to a server of his own.
/// </summary>
public sealed class V1Server(
    IDbContextFactory<RegistryDbContext> registries,
    ConfigurationService configurations,
    SecretBox secrets,
    SavedLetta letta,
    LettaProbe probe,
    AgentWrites writes,
    CurrentUser caller
)
{
    public const string Key = "letta.v1_server";

    private const string None = "No V1 server is set. Enter its address first.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Null where none is set.</summary>
    public async Task<Outcome<V1ServerView?>> FindAsync(CancellationToken cancel)
    {
        if (await writes.RefuseAsync<V1ServerView?>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        try
        {
            return new Outcome<V1ServerView?>.Ok(ViewOf(await ReadAsync(cancel)));
        }
        catch (SecretUnreadableException e)
        {
            return new Outcome<V1ServerView?>.Invalid("", e.Message);
        }
    }

    public async Task<Outcome<V1ServerView>> SaveAsync(V1ServerForm form, CancellationToken cancel)
    {
        var resolved = await ResolveAsync(form, cancel);
        if (resolved is not Outcome<LettaPlace>.Ok { Value: var server })
        {
            return new Outcome<V1ServerView>.Invalid(((Outcome<LettaPlace>.Invalid)resolved).Reasons);
        }

        var kept = new ConfigurationForm
        {
            Key = Key,
            Value = JsonSerializer.Serialize(new Kept(server.BaseAddress, server.Token), ApiJson.Options),
            IsEncrypted = true,
            Description = "The V1 server that agents are moved from, with its token (page Move from V1)",
        };
        return await configurations.SaveAsync(kept, isDryRun: false, cancel) is Outcome<ConfigurationPlan>.Invalid refused
            ? new Outcome<V1ServerView>.Invalid(refused.Reasons)
            : new Outcome<V1ServerView>.Ok(ViewOf(server)!);
    }

    /// <summary>Tests a server that is typed, before it is saved.</summary>
    public async Task<Outcome<LettaReport>> TestAsync(V1ServerForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.TestLetta))
        {
            return new Outcome<LettaReport>.Invalid("", "You don't have permission to test Letta servers.");
        }

        return await ResolveAsync(form, cancel) switch
        {
            Outcome<LettaPlace>.Ok { Value: var server } => new Outcome<LettaReport>.Ok(
                await probe.TestAsync(new(server.BaseAddress, server.Token, Patience), null, cancel)
            ),
            var refused => new Outcome<LettaReport>.Invalid(((Outcome<LettaPlace>.Invalid)refused).Reasons),
        };
    }

    /// <exception cref="LettaCallException">None is set, or it is no V1 server.</exception>
    internal async Task<(ILettaAgents Agents, Uri Address)> OpenAsync(CancellationToken cancel) =>
        await ReadAsync(cancel) is { } server
            ? (await letta.AgentsOfV1Async(server, cancel), server.BaseAddress)
            : throw new LettaCallException(None);

    private static V1ServerView? ViewOf(LettaPlace? server) =>
        server is null ? null : new(server.BaseAddress, !string.IsNullOrEmpty(server.Token));

    private async Task<Outcome<LettaPlace>> ResolveAsync(V1ServerForm form, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<LettaPlace>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<LettaPlace>.Invalid(reasons);
        }

        if (string.IsNullOrWhiteSpace(form.Address))
        {
            return new Outcome<LettaPlace>.Invalid(nameof(form.Address), "Enter the address of the V1 server.");
        }

        var address = LettaAddress.Parse(form.Address, form.Port);
        if (address is not LettaAddress.Parsed { BaseAddress: var server })
        {
            var refused = (LettaAddress.Refused)address;
            return new Outcome<LettaPlace>.Invalid(
                refused.Field == LettaFields.Port ? nameof(form.Port) : nameof(form.Address),
                refused.Reason
            );
        }

        var token = Unseen.Trim(form.Token ?? "");
        if (token.Length > 0)
        {
            return Sendable.FaultOfKey(token) is { } fault
                ? new Outcome<LettaPlace>.Invalid(nameof(form.Token), fault)
                : new Outcome<LettaPlace>.Ok(new(server, token, Patience));
        }

        try
        {
            var kept = await ReadAsync(cancel);
            return new Outcome<LettaPlace>.Ok(new(server, kept?.BaseAddress == server ? kept.Token : null, Patience));
        }
        catch (SecretUnreadableException e)
        {
            return new Outcome<LettaPlace>.Invalid(nameof(form.Token), e.Message);
        }
    }

    private async Task<LettaPlace?> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var row = await registry
            .Configurations.AsNoTracking()
            .Where(c => c.Key == Key && c.Scope == "system" && c.IsEncrypted)
            .OrderByDescending(c => c.Id)
            .FirstOrDefaultAsync(cancel);
        if (row is null || secrets.Open(row.Value, SecretAdoption.PlaceOf(row)) is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Kept>(text, ApiJson.Options) is { Address: { } address } kept
                ? new(address, kept.Token, Patience)
                : null;
        }
        catch (JsonException)
        {
            // Somebody set another value on the page Configurations.
            return null;
        }
    }

    private sealed record Kept(Uri Address, string? Token);
}
