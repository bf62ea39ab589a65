using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>Somebody signs in to a server by OAuth, for everybody or for himself; the tokens are sealed and used.</summary>
public sealed class SigningInToServersTests
{
    private static readonly Uri Console = new("http://console.example/");

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Who_signs_in_for_everybody_opens_the_server_for_tests_and_calls(TestDatabase database)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync(database);
        var saved = await AddAsync(world, server);

        var before = await world.TestAsync(saved.Id);
        await SignInAsync(world, issuer, saved.Id, new(ForEverybody: true));
        var after = await world.TestAsync(saved.Id);
        McpWorld.Done(await world.DecideAsync(saved.Id, approve: await world.PinsAsync(saved.Id)));
        var called = await world.CallAsync(
            (McpGateway gateway) => gateway.CallAsync("Guarded", "echo", new JsonObject { ["message"] = "in" }, null, McpWorld.Cancel)
        );

        Assert.Equal((McpVerdict.SignInNeeded, McpVerdict.Connected), (before.Verdict, after.Verdict));
        Assert.Contains("Sign in", before.Hint, StringComparison.Ordinal);
        McpWorld.Done(called);
        Assert.Equal(1, issuer.Registered);
        await using var registry = world.Registry.Open();
        var token = await registry.McpTokens.SingleAsync(McpWorld.Cancel);
        Assert.Equal((null, issuer.Origin, "the-client", "tools"), (token.UserId, token.Issuer, token.ClientId, token.Scopes));
        Assert.StartsWith("sealed:", token.Tokens, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_in_for_himself_opens_it_for_nobody_else()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync();
        var saved = await AddAsync(world, server);
        var other = await world.Registry.AddUserAsync("other", UserRole.Admin);

        await SignInAsync(world, issuer, saved.Id, new());

        Assert.IsType<Outcome<McpOffer>.Ok>(await OfferAsync(world, world.Administrator));
        Assert.Contains("sign in", McpWorld.Refused(await OfferAsync(world, other)), StringComparison.OrdinalIgnoreCase);
        Assert.False(
            (await world.CallAsync((McpServerReader reader) => reader.FindAsync(saved.Id, McpWorld.Cancel)))!.SignedIn!.ForEverybody
        );
        Assert.Null((await world.CallAsync((McpServerReader reader) => reader.FindAsync(saved.Id, McpWorld.Cancel), other))!.SignedIn);
    }

    [Fact]
    public async Task A_sign_in_ends_by_who_began_it_and_once()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync();
        var saved = await AddAsync(world, server);
        var begun = await BeginAsync(world, saved.Id, new(ForEverybody: true));
        var (state, code) = issuer.SignIn(McpWorld.Done(begun).Url!);
        var pending = world.Registry.Services.GetRequiredService<McpPendingSignIns>();

        Assert.Null(pending.End("another", code, null, world.Administrator.Id));
        Assert.Null(pending.End(state, code, null, userId: 999));
        Assert.Equal(saved.Id, pending.End(state, code, null, world.Administrator.Id));
        Assert.Null(pending.End(state, code, null, world.Administrator.Id));
    }

    [Fact]
    public async Task An_issuer_that_says_it_is_another_gets_nobody_to_sign_in()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.Issuer = "https://login.example";
        await using var server = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync();
        var saved = await AddAsync(world, server);

        var refused = await BeginAsync(world, saved.Id, new(ForEverybody: true));

        McpWorld.Refused(refused);
        Assert.Equal(0, issuer.Registered);
    }

    [Fact]
    public async Task Who_signs_out_is_asked_again()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync();
        var saved = await AddAsync(world, server);
        await SignInAsync(world, issuer, saved.Id, new(ForEverybody: true));

        McpWorld.Done(
            await world.CallAsync(
                async (McpSignIns signIns) =>
                    await signIns.EndAsync(
                        saved.Id,
                        world.Registry.ActAs("root").ServiceProvider.GetRequiredService<McpServerReader>(),
                        new(ForEverybody: true),
                        McpWorld.Cancel
                    )
            )
        );

        Assert.Equal(McpVerdict.SignInNeeded, (await world.TestAsync(saved.Id)).Verdict);
    }

    [Fact]
    public async Task Who_needs_more_rights_is_told_which_and_gets_them_by_signing_in_again()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync();
        var saved = await AddAsync(world, server);
        await SignInAsync(world, issuer, saved.Id, new(ForEverybody: true));
        await world.TestAsync(saved.Id);
        McpWorld.Done(await world.DecideAsync(saved.Id, approve: await world.PinsAsync(saved.Id)));
        issuer.NeededForCalls = "files:write";

        var refused = McpWorld.Refused(await EchoAsync(world));
        var told = await RowAsync(world, saved.Id);
        await SignInAsync(world, issuer, saved.Id, new(ForEverybody: true));
        await Wait.UntilAsync(async () => (await RowAsync(world, saved.Id)).NeedsScopes is null);

        Assert.Contains("needs more rights than the sign-in has: files:write.", refused, StringComparison.Ordinal);
        Assert.Contains("Sign in again", refused, StringComparison.Ordinal);
        Assert.Equal("files:write", told.NeedsScopes);
        McpWorld.Done(await EchoAsync(world));
        Assert.Equal("files:write", (await RowAsync(world, saved.Id)).SignedIn!.Scopes);
    }

    [Fact]
    public async Task A_sign_in_does_not_go_to_another_address_than_it_was_made_at()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await FakeMcpServer.StartAsync();
        await using var thief = await FakeMcpServer.StartAsync();
        issuer.Guard(server);
        await using var world = await McpWorld.CreateAsync();
        var saved = await AddAsync(world, server);
        await SignInAsync(world, issuer, saved.Id, new(ForEverybody: true));

        var form = McpServerForm.Of(await RowAsync(world, saved.Id));
        form.Url = thief.Url.AbsoluteUri;
        McpWorld.Done(await world.SaveAsync(form));
        await world.TestAsync(saved.Id);

        Assert.Null((await RowAsync(world, saved.Id)).SignedIn);
        Assert.DoesNotContain(issuer.Token!, string.Join(' ', thief.LastHeaders.Values), StringComparison.Ordinal);
    }

    private static async Task<McpServerRow> RowAsync(McpWorld world, int id) =>
        (await world.CallAsync((McpServerReader reader) => reader.FindAsync(id, McpWorld.Cancel)))!;

    private static Task<Outcome<ModelContextProtocol.Protocol.CallToolResult>> EchoAsync(McpWorld world) =>
        world.CallAsync(
            (McpGateway gateway) => gateway.CallAsync("Guarded", "echo", new JsonObject { ["message"] = "in" }, null, McpWorld.Cancel)
        );

    private static async Task<McpServerRow> AddAsync(McpWorld world, FakeMcpServer server) =>
        McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Guarded",
                    Url = server.Url.AbsoluteUri,
                    SignIn = McpSignIn.OAuth,
                }
            )
        );

    private static Task<Outcome<McpSignInBegun>> BeginAsync(McpWorld world, int id, McpSignInForm form) =>
        world.CallAsync((McpSignIns signIns) => signIns.BeginAsync(id, form, Console, McpWorld.Cancel));

    private static async Task SignInAsync(McpWorld world, FakeIssuer issuer, int id, McpSignInForm form)
    {
        var (state, code) = issuer.SignIn(McpWorld.Done(await BeginAsync(world, id, form)).Url!);
        world.Registry.Services.GetRequiredService<McpPendingSignIns>().End(state, code, issuer.Origin, world.Administrator.Id);
        await Wait.UntilAsync(async () =>
        {
            await using var registry = world.Registry.Open();
            return await registry.McpTokens.AnyAsync(t => t.Tokens != null, McpWorld.Cancel);
        });
    }

    private static Task<Outcome<McpOffer>> OfferAsync(McpWorld world, User who) =>
        world.CallAsync((McpGateway gateway) => gateway.ListAsync("Guarded", who.Id, McpWorld.Cancel), who);
}
