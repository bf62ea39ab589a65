using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Proposals;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Proposals;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Proposals;

public sealed class ProposalsInTimeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task What_nobody_decides_in_a_week_is_over_and_no_longer_told(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database, Add);
        var id = await KeepAsync(registry);
        await using var scope = registry.ActAs("ada");
        var proposals = scope.ServiceProvider.GetRequiredService<ProposalService>();
        Assert.Equal(1, await proposals.WaitingAsync(Cancel));

        registry.Clock.Advance(ProposalService.Lives + TimeSpan.FromMinutes(1));

        Assert.Equal(0, await proposals.WaitingAsync(Cancel));
        Assert.Equal(ProposalState.Expired, Assert.Single((await proposals.PageAsync(new(), new(0, 10), Cancel)).Items).State);
        Assert.Empty((await proposals.PageAsync(new(ProposalState.Pending), new(0, 10), Cancel)).Items);
        await using var read = registry.Open();
        Assert.NotNull((await read.Notifications.SingleAsync(n => n.GroupKey == $"proposal:{id}", Cancel)).ResolvedAt);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_over_can_be_neither_approved_nor_rejected(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database, Add);
        var id = await KeepAsync(registry);
        registry.Clock.Advance(ProposalService.Lives + TimeSpan.FromMinutes(1));
        await using var scope = registry.ActAs("ada");
        scope
            .ServiceProvider.GetRequiredService<CurrentUser>()
            .Become(
                new(
                    new System.Security.Claims.ClaimsIdentity(
                        Permissions.All.Select(p => new System.Security.Claims.Claim(Permissions.Claim, p)),
                        "test"
                    )
                ),
                new("ada", "127.0.0.1")
            );
        var decisions = scope.ServiceProvider.GetRequiredService<ProposalDecisions>();

        foreach (var outcome in new[] { await decisions.ApproveAsync(id, Cancel), await decisions.RejectAsync(id, null, Cancel) })
        {
            Assert.Contains("has expired", outcome.ProblemWith("It"), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Whoever_may_not_read_the_history_decides_nothing(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database, Add);
        var id = await KeepAsync(registry);
        await using var scope = registry.ActAs("nobody");

        var outcome = await scope.ServiceProvider.GetRequiredService<ProposalDecisions>().RejectAsync(id, null, Cancel);

        Assert.Contains("permission", outcome.ProblemWith("It"), StringComparison.Ordinal);
    }

    private static async Task<int> KeepAsync(TestRegistry registry)
    {
        await using var open = registry.Open();
        var proposal = new Proposal
        {
            KeyName = "athena",
            Title = "settings_update",
            Method = "PUT",
            Path = "/api/settings",
            Difference = """{"changes": []}""",
            CreatedAt = registry.Clock.GetUtcNow(),
            ExpiresAt = registry.Clock.GetUtcNow() + ProposalService.Lives,
        };
        open.Add(proposal);
        await open.SaveChangesAsync(Cancel);
        await registry.Services.GetRequiredService<ProposalNotices>().OpenAsync(proposal, "Changes settings.", Cancel);
        return proposal.Id;
    }

    private static void Add(IServiceCollection services)
    {
        services.AddAuthorizationCore(Policies.AddTo);
        services.AddNotificationActs();
        services.AddScoped<ApiKeyService>();
        services.AddProposals();
    }
}
