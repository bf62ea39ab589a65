using Sanctum.Configurator.Tests.Browser;
using Sanctum.Configurator.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// Begins with what takes minutes by itself, so that the rest runs beside it instead of before it: the browser, which one test at a time
/// may have, and consoles that are killed again and again, whose leases have to end each time.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        BrowserRun.Name,
        nameof(Server.KilledWhileImportingTests),
        nameof(Server.NoStrongKeyGainsTests),
        nameof(Server.NoKeyGainsTests),
        nameof(Server.LosingStoresTests),
        nameof(Server.FullDiskTests),
        nameof(Server.KilledWhileBackingUpTests),
        nameof(Server.KilledWhileSavingTests),
        nameof(Server.SharingJobsTests),
        nameof(Server.StandingStillTests),
        nameof(Server.SecretsStaySecretTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(collection =>
                Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal))
                    is var place
                        and >= 0
                    ? place
                    : Long.Length
            ),
        ];
}
