using System.Collections.Concurrent;
using System.Web;
using ModelContextProtocol.Authentication;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Sessions;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Whose sign-in it is to be.</summary>
/// <param name="ForEverybody">For all who use the server, and for its tests; else for the caller alone.</param>
public sealed record McpSignInForm(bool ForEverybody = false);

/// <summary>A sign-in that was begun.</summary>
/// <param name="Url">Where a person signs in; null where that is not needed, as the server let the console in.</param>
public sealed record McpSignInBegun(Uri? Url);

/// <summary>Sign-ins on their way: between the page that begins one and the browser that comes back from it.</summary>
public sealed class McpPendingSignIns
{
    private readonly ConcurrentDictionary<string, (TaskCompletionSource<AuthorizationResult> Back, int ServerId, int? UserId)> _pending =
        new();

    internal Task<AuthorizationResult> WaitAsync(string state, int serverId, int? userId, CancellationToken cancel)
    {
        var back = new TaskCompletionSource<AuthorizationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[state] = (back, serverId, userId);
        cancel.Register(() => _pending.TryRemove(state, out _));
        return back.Task.WaitAsync(cancel);
    }

    /// <summary>Somebody came back. Only whoever began it may end it.</summary>
    /// <returns>The server; null where nobody waits for it.</returns>
    internal int? End(string? state, string? code, string? issuer, int? userId)
    {
        if (state is null || !_pending.TryGetValue(state, out var pending) || pending.UserId != userId || !_pending.TryRemove(state, out _))
        {
            return null;
        }

        pending.Back.TrySetResult(
            new()
            {
                Code = code,
                State = state,
                Iss = issuer,
            }
        );
        return pending.ServerId;
    }
}

/// <summary>Signs a person in to a server, for himself or for everybody, and out again.</summary>
public sealed class McpSignIns(
    IDbContextFactory<RegistryDbContext> registries,
    IServiceScopeFactory scopes,
    McpConnector connector,
    McpPendingSignIns pending,
    McpSessions sessions,
    McpSchedule schedule,
    McpStepUps stepUps,
    SecretBox secrets,
    IConfiguration configuration,
    CurrentUser caller,
    TimeProvider clock
)
{
    private const string MayNot = "You don't have permission to sign in to this MCP server.";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Begins to sign in. Whoever signs in at the address that comes back is brought to the server's page.</summary>
    /// <param name="console">Where the caller reaches the console, if the operator has not said where it is.</param>
    public async Task<Outcome<McpSignInBegun>> BeginAsync(int id, McpSignInForm form, Uri console, CancellationToken cancel)
    {
        if (!await caller.MayAsync(form.ForEverybody ? Policies.WriteRegistry : Policies.OperateRegistry))
        {
            return new Outcome<McpSignInBegun>.Invalid("", MayNot);
        }

        if (await FindAsync(id, cancel) is not { } server)
        {
            return new Outcome<McpSignInBegun>.NotFound();
        }

        if (server.SignIn != McpSignIn.OAuth || McpTargets.Of(server, McpSecrets.Of(server, secrets)) is not { Target: { } target })
        {
            return new Outcome<McpSignInBegun>.Invalid("", $"{server.Name} is not set to sign in by OAuth. Edit it first.");
        }

        var asked = new TaskCompletionSource<Uri?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(server, target, form.ForEverybody ? server.UserId : caller.Id, BaseOf(console), asked);
        await Task.WhenAny(asked.Task, running).WaitAsync(cancel);
        return running.IsCompleted && await running is { } problem
            ? new Outcome<McpSignInBegun>.Invalid("", problem)
            : new Outcome<McpSignInBegun>.Ok(new(asked.Task.IsCompleted ? await asked.Task : null));
    }

    /// <summary>Forgets the caller's own sign-in, or everybody's.</summary>
    public async Task<Outcome<McpServerRow>> EndAsync(int id, McpServerReader reader, McpSignInForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(form.ForEverybody ? Policies.WriteRegistry : Policies.OperateRegistry))
        {
            return new Outcome<McpServerRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await McpServerReader.SeenBy(registry, caller.Id).SingleOrDefaultAsync(s => s.Id == id, cancel) is not { } server)
        {
            return new Outcome<McpServerRow>.NotFound();
        }

        var whose = form.ForEverybody ? server.UserId : caller.Id;
        registry.RemoveRange(await registry.McpTokens.Where(t => t.ServerId == id && t.UserId == whose).ToListAsync(cancel));
        await registry.SaveChangesAsync(cancel);
        var row = (await reader.RowsAsync(registry, [server], cancel))[0];
        await registry.CommitWritingAsync(cancel);
        await sessions.EndAsync(id);
        return new Outcome<McpServerRow>.Ok(row);
    }

    /// <summary>Who the console is, as servers that take such a document read it.</summary>
    internal static object Document(Uri console) =>
        new
        {
            client_id = new Uri(console, Urls.McpClientDocument),
            client_name = "Sanctum Configurator",
            redirect_uris = new[] { new Uri(console, Urls.McpSignedIn) },
            grant_types = new[] { "authorization_code", "refresh_token" },
            response_types = new[] { "code" },
            token_endpoint_auth_method = "none",
        };

    private Uri BaseOf(Uri console) =>
        Uri.TryCreate(configuration[Urls.PublicUrlSetting], UriKind.Absolute, out var known) ? known : console;

    /// <returns>Null where somebody has signed in; else why not.</returns>
    private async Task<string?> RunAsync(McpServer server, McpTarget target, int? userId, Uri console, TaskCompletionSource<Uri?> asked)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        var who = caller.Id;
        var signIn = new McpOAuth(
            new NewTokens(new McpStoredTokens(scopes, secrets, server.Id, userId, isNew: true)),
            new(console, Urls.McpSignedIn),
            console.Scheme == Uri.UriSchemeHttps ? new(console, Urls.McpClientDocument) : null,
            async (context, cancel) =>
            {
                var state = HttpUtility.ParseQueryString(context.AuthorizationUri.Query)["state"] ?? "";
                var back = pending.WaitAsync(state, server.Id, who, patience.Token);
                asked.TrySetResult(context.AuthorizationUri);
                return await back;
            },
            stepUps.Of(server.Id)
        );
        try
        {
            await using var connection = await connector.ConnectAsync(
                target with
                {
                    Token = null,
                    OAuth = signIn,
                },
                new McpNegotiation(clock),
                patience.Token
            );
            signIn.StepUp.Settle();
            await sessions.EndAsync(server.Id);
            schedule.TryNow(server.Id);
            return null;
        }
        catch (McpFailedException e)
        {
            return e.Failure.Sentence;
        }
        catch (OperationCanceledException)
        {
            return "Nobody signed in within ten minutes.";
        }
    }

    private async Task<McpServer?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await McpServerReader.SeenBy(registry, caller.Id).AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel);
    }

    /// <summary>Whoever signs in anew does not use what is kept, so that he is asked; what comes of it is kept.</summary>
    private sealed class NewTokens(McpStoredTokens stored) : ITokenCache
    {
        private TokenContainer? _now;

        public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_now);

        public ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
        {
            _now = tokens;
            return stored.StoreTokensAsync(tokens, cancellationToken);
        }
    }
}
