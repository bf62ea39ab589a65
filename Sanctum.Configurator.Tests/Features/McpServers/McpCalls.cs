using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>The product's own client of MCP servers, with the settings that a test wants.</summary>
internal sealed class McpCalls : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServiceProvider _services;

    public McpCalls(IReadOnlyList<string>? commands = null, int? mostProcesses = null, string? trusted = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["McpServers:MostProcesses"] = mostProcesses?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Outbound:TrustedCertificates"] = trusted,
        };
        foreach (var (at, command) in (commands ?? []).Index())
        {
            settings[$"McpServers:Commands:{at}"] = command;
        }

        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(
                new ConfigurationBuilder().AddInMemoryCollection(settings.Where(setting => setting.Value is not null)).Build()
            )
            .AddMcpClient()
            .BuildServiceProvider();
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static McpTarget At(Uri url, string? token = null, McpTransport transport = McpTransport.Auto) =>
        new()
        {
            Url = url,
            Token = token,
            Transport = transport,
        };

    public static McpTarget Of(string program, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments) =>
        new() { Transport = McpTransport.Stdio, Command = new(program, arguments, environment ?? new Dictionary<string, string>()) };

    public Task<McpReport> TestAsync(McpTarget target, TimeSpan? patience = null) =>
        Get<McpProbe>().TestAsync(target, patience ?? Patience, null, Cancel);

    public Task<McpConnection> ConnectAsync(McpTarget target) =>
        Get<McpConnector>().ConnectAsync(target, new McpNegotiation(TimeProvider.System), Cancel);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
