using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

/// <summary>The product's own probe, with the settings, resolver and clock that a test wants.</summary>
internal sealed class Probing : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServiceProvider _services;

    public Probing(
        string? trusted = null,
        string[]? refused = null,
        HostLookup? lookup = null,
        TimeProvider? clock = null,
        int? limit = null
    )
    {
        var settings = new Dictionary<string, string?>
        {
            ["Outbound:TrustedCertificates"] = trusted,
            ["Outbound:MaxResponseBytes"] = limit?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var (entry, number) in (refused ?? []).Select((entry, number) => (entry, number)))
        {
            settings[$"Outbound:Refused:{number}"] = entry;
        }

        var set = settings.Where(setting => setting.Value is not null);
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(set).Build())
            .AddSingleton(clock ?? TimeProvider.System);
        if (lookup is not null)
        {
            services.AddSingleton(lookup);
        }

        _services = services.AddLettaProbe().BuildServiceProvider();
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<LettaReport> TestAsync(
        Uri address,
        string? token = FakeLetta.Password,
        TimeSpan? timeout = null,
        Action<LettaStep>? onStep = null,
        CancellationToken? cancel = null,
        LettaKind? kind = null
    ) => Get<LettaProbe>().TestAsync(new(address, token, timeout ?? Patience, kind), onStep, cancel ?? Cancel);

    public Task<LettaReport> TestAsync(string address, TimeSpan? timeout = null) => TestAsync(new Uri(address), timeout: timeout);

    public void Dispose() => _services.Dispose();
}
