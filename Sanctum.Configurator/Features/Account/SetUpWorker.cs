using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sanctum.Configurator.Features.Account;

/// <summary>At the start: says where the first administrator is made by hand, while there is none.</summary>
internal sealed partial class SetUpWorker(
    IServiceScopeFactory scopes,
    SetUpToken token,
    IServer server,
    IHostApplicationLifetime lifetime,
    IConfiguration configuration,
    RegistryLocation location,
    TextWriter terminal,
    ILogger<SetUpWorker> log
) : BackgroundService
{
    private static readonly string[] Everywhere = ["://[::]", "://0.0.0.0", "://+", "://*"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The address, and with it the link, is known only when the server listens.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await using var scope = scopes.CreateAsyncScope();
        var setUp = scope.ServiceProvider.GetRequiredService<SetUpService>();
        if (!await setUp.IsNeededAsync(stoppingToken))
        {
            File.Delete(setUp.LinkFile);
            return;
        }

        var link = $"{Address()}{Urls.SetUp}?token={token.Make()}";
        PrivateFiles.CreateFolder(location.DataDirectory);

        // Deleted first, as an existing file would keep the rights it has.
        File.Delete(setUp.LinkFile);
        await PrivateFiles.WriteAsync(setUp.LinkFile, link + Environment.NewLine, stoppingToken);
        LogLink(setUp.LinkFile);

        // Not by the log: whoever reads that later must not find a way in.
        await terminal.WriteLineAsync(
            $"{Environment.NewLine}Create the first administrator: {link}{Environment.NewLine}".AsMemory(),
            stoppingToken
        );
    }

    private string Address()
    {
        var address = configuration[Urls.PublicUrlSetting] is { Length: > 0 } given
            ? given
            : server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        return Everywhere.Aggregate(address, (url, any) => url.Replace(any, "://localhost", StringComparison.Ordinal)).TrimEnd('/');
    }

    [LoggerMessage(LogLevel.Warning, "No administrator exists yet. The set-up link is on the terminal and in {File}")]
    private partial void LogLink(string file);
}
