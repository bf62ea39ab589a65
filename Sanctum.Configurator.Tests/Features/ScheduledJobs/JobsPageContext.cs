using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Crontab;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

/// <summary>Pages of jobs on the services of a <see cref="JobsWorld"/>.</summary>
public abstract class JobsPageContext : KitContext
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected static readonly string[] Writer =
    [
        Policies.ReadRegistry,
        Policies.OperateRegistry,
        Policies.WriteRegistry,
        Policies.ReadHistory,
        Policies.ReadLogs,
    ];

    protected static readonly string[] Looker = [Policies.ReadRegistry];

    protected NavigationManager Navigation => Get<NavigationManager>();

    private protected async Task PlaceAsync(JobsWorld world, User who, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(who)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Clock);
        foreach (
            var type in new[]
            {
                typeof(Signal<RegistryChange>),
                typeof(CurrentUser),
                typeof(Signal<RunsChanged>),
                typeof(JobReader),
                typeof(JobService),
                typeof(JobRunService),
                typeof(JobCalendar),
                typeof(CrontabService),
            }
        )
        {
            Services.AddSingleton(type, scope.GetRequiredService(type));
        }

        Reader.SetPolicies(policies);
    }

    protected static void Sees(IRenderedComponent<IComponent> where, string text) =>
        where.WaitForAssertion(() => Assert.Contains(text, where.Markup, StringComparison.Ordinal), Patience);

    /// <summary>Sees it while the clock goes on, a second at a look.</summary>
    private protected static void SeesInTime(JobsWorld world, IRenderedComponent<IComponent> where, string text) =>
        where.WaitForAssertion(
            () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(1));
                Assert.Contains(text, where.Markup, StringComparison.Ordinal);
            },
            Patience
        );
}
