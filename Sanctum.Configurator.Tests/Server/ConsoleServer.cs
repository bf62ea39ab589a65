using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// The whole console on a real port of this machine, with a data folder of its own. Its first administrator and first key are made as an
/// unattended installation makes them, unless the test sets up by hand.
/// </summary>
public class ConsoleServer : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Administrator = "root";
    public const string Password = "a quiet harbour at dawn";
    public const string FirstKey = "the-first-key-of-this-test-console-0123456789";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly Dictionary<string, string> _settings = new()
    {
        ["SANCTUM_ADMIN_USERNAME"] = Administrator,
        ["SANCTUM_ADMIN_PASSWORD"] = Password,
        ["SANCTUM_API_KEY"] = FirstKey,
    };

    public ConsoleServer() => UseKestrel(0);

    /// <summary>The folder of the registry, the keys and the set-up link.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("sanctum-console-").FullName;

    public RememberedLog Log { get; } = new();

    public Uri Address => ClientOptions.BaseAddress;

    public string SetUpLinkFile => Path.Combine(Home, "setup-link.txt");

    /// <summary>Changes a setting; before the start.</summary>
    public void Set(string name, string? value)
    {
        if (value is null)
        {
            _settings.Remove(name);
        }
        else
        {
            _settings[name] = value;
        }
    }

    public virtual async ValueTask InitializeAsync()
    {
        await MigratedDatabases.CopyToAsync(Home);
        StartServer();
    }

    /// <summary>A browser with a cookie jar of its own, which follows no redirect.</summary>
    public Caller Stranger() => new(Address, null);

    /// <summary>A browser in which this person is signed in.</summary>
    public async Task<Caller> SignInAsync(string name, string password = Password)
    {
        var caller = Stranger();
        var answer = await caller.LogInAsync(name, password);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return caller;
    }

    /// <summary>A program with a key.</summary>
    public Caller WithKey(string key) => new(Address, key);

    /// <summary>A person with this role, made by the first key.</summary>
    public async Task<int> AddUserAsync(string name, string role)
    {
        using var root = WithKey(FirstKey);
        var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/users",
            new
            {
                username = name,
                role,
                password = Password,
            }
        );
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (int)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["id"]!;
    }

    /// <summary>A key of the first administrator's with these scopes.</summary>
    public async Task<string> CreateKeyAsync(params string[] scopes)
    {
        using var root = WithKey(FirstKey);
        var made = await root.SendAsync(HttpMethod.Post, "/api/api-keys", new { name = "a program", scopes });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (string)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["key"]!;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        TestRegistry.CloseKept(new(Home, null));
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseContentRoot(AppContext.BaseDirectory);
        builder.UseStaticWebAssets();
        builder.UseSetting("Sanctum:DataDirectory", Home);
        builder.UseSetting("Logs:Folders", Path.GetTempPath());
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.ConfigureLogging(logging => logging.AddProvider(Log));

        // Hundreds of people sign in to consoles of tests; how much work a password is, is tested where it is hashed.
        builder.ConfigureServices(services => services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000));
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }
    }
}

/// <summary>Somebody who talks HTTP to the console: a browser with cookies, or a program with a key.</summary>
public sealed partial class Caller : IDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly HttpClient _http;

    internal Caller(Uri console, string? key)
    {
        var ways = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies };
        ways.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null; // Of a proxy of the test's own.
        _http = new(ways) { BaseAddress = console };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if (key is null)
        {
            _http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        }
        else
        {
            _http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }
    }

    public CookieContainer Cookies { get; } = new();

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path, Cancel);

    /// <summary>Answers as soon as the headers are there: the body is a stream.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) => _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancel);

    /// <summary>The mark of the form on a page.</summary>
    public async Task<string> MarkOnAsync(string path) => ForgeryToken().Match(await ReadAsync(path)).Groups["token"].Value;

    public async Task<string> ReadAsync(string path) => await (await GetAsync(path)).Content.ReadAsStringAsync(Cancel);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        }

        return _http.SendAsync(request, Cancel);
    }

    /// <summary>Sends a request as it stands; answers as soon as the headers are there.</summary>
    public Task<HttpResponseMessage> StreamAsync(HttpRequestMessage request) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

    /// <summary>Sends a request as it stands.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request, Cancel);

    /// <summary>Sends a body that is not to be made here, under an idempotency key where there is one.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, HttpContent body, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return _http.SendAsync(request, Cancel);
    }

    /// <summary>Loads the page, fills in its form and sends it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await ReadAsync(path);
        var values = fields.ToDictionary(f => f.Name, f => f.Value);
        values["_handler"] = form;
        values["__RequestVerificationToken"] = ForgeryToken().Match(page).Groups["token"].Value;
        return await _http.PostAsync(path, new FormUrlEncodedContent(values), Cancel);
    }

    public Task<HttpResponseMessage> LogInAsync(string name, string password, string path = "/account/login") =>
        SubmitAsync(path, "log-in", ("Form.UserName", name), ("Form.Password", password));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex ForgeryToken();
}
