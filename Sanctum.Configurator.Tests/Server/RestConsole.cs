using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console of each database, for tests of what other programs ask of <c>/rest/v1</c>.</summary>
public sealed class RestConsoles : IAsyncDisposable
{
    private readonly Dictionary<TestDatabase, RestConsole> _consoles = [];

    public async Task<RestConsole> OnAsync(TestDatabase database)
    {
        if (!_consoles.TryGetValue(database, out var console))
        {
            console = new(database);
            await console.InitializeAsync();
            _consoles[database] = console;
        }

        return console;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var console in _consoles.Values)
        {
            await console.DisposeAsync();
        }
    }
}

/// <summary>A console on a database of its own.</summary>
public sealed class RestConsole(TestDatabase database) : ConsoleServer
{
    private OwnPostgres? _postgres;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        if (database == TestDatabase.Postgres)
        {
            _postgres = await OwnPostgres.CreateAsync(isMigrated: true);
            Set("DATABASE_URL", _postgres.Url);
        }

        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    public async Task<RegistryDbContext> OpenAsync() =>
        await Services
            .CreateScope()
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);

    /// <summary>Somebody new, with a key that has these permissions.</summary>
    public async Task<RestCaller> AddPersonAsync(params string[] scopes)
    {
        await using var registry = await OpenAsync();
        var (user, key) = (new User { Role = UserRole.Admin, CreatedAt = DateTimeOffset.UnixEpoch }, ApiKey.Mark + Tokens.New());
        user.CallThem($"p-{Guid.NewGuid():N}"[..20], null, null);
        user.EndSessions();
        registry.Add(user);
        await registry.SaveChangesAsync(Cancel);
        registry.Add(
            new ApiKey
            {
                UserId = user.Id,
                Name = "a tool",
                Prefix = ApiKey.PrefixOf(key),
                KeyHash = Tokens.HashOf(key),
                Scopes = string.Join(' ', scopes.Length > 0 ? scopes : [.. Permissions.All]),
                CreatedAt = DateTimeOffset.UnixEpoch,
            }
        );
        await registry.SaveChangesAsync(Cancel);
        return new(this, user.Id, key);
    }
}

/// <summary>What was answered.</summary>
public sealed record RestSaid(HttpStatusCode Status, HttpResponseMessage Whole, string Text)
{
    public JsonNode? Json => Text.Length == 0 ? null : JsonNode.Parse(Text);

    public string? Code => (string?)Json?["code"];

    /// <summary>The rows; what went wrong where there are none.</summary>
    public JsonArray Rows => Json as JsonArray ?? throw new InvalidOperationException($"{Status} {Text}");

    public string? Header(string name) =>
        Whole.Headers.TryGetValues(name, out var values) || Whole.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;
}

/// <summary>Somebody's program.</summary>
public sealed class RestCaller(RestConsole console, int userId, string key)
{
    public string Me => $"{userId}";

    public int UserId => userId;

    public string Key => key;

    public Task<RestSaid> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    public async Task<RestSaid> SendAsync(string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var caller = console.WithKey(key);
        using var request = new HttpRequestMessage(new(method), path.StartsWith('/') ? path : $"/rest/v1/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await caller.SendAsync(request);
        return new(answer.StatusCode, answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Adds rows and returns them.</summary>
    public async Task<JsonArray> AddAsync(string table, string body) =>
        (await SendAsync("POST", table, body, ("Prefer", "return=representation"))).Rows;

    /// <summary>Adds a row and returns its id.</summary>
    public async Task<string> AddOneAsync(string table, string body) => (string)(await AddAsync(table, body))[0]!["id"]!;
}
