using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

public sealed class LettaSideTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_only_one_side_has_is_named()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(1) });
        await using var world = await ModelsWorld.CreateAsync();
        await ConnectAsync(world, letta.Port, FakeLetta.Password);
        await world.AddAsync(world.Form("only-here"));
        await world.AddAsync(new() { Type = "openai", Model = "gpt-4.1" });

        var view = Assert.IsType<Outcome<LettaModelView>.Ok>(await world.CallAsync((LettaSide side) => side.ReadAsync(Cancel))).Value;

        Assert.Equal((LettaKind.V1, false), (view.Kind, view.CanPush));
        Assert.Equal("compatible/only-here", Assert.Single(view.Models, model => model is { IsOnLetta: false }).Handle);
        Assert.True(view.Models.Single(model => model.Handle == "openai/gpt-4.1").IsOnLetta);
        Assert.Contains(view.Models, model => model is { ConfigId: null, IsOnLetta: true });
    }

    [Fact]
    public async Task A_server_that_is_away_is_a_sentence()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await ConnectAsync(world, 9);

        var refused = Assert.IsType<Outcome<LettaModelView>.Invalid>(await world.CallAsync((LettaSide side) => side.ReadAsync(Cancel)));

        Assert.NotEmpty(refused.Reasons[""]);
    }

    [Fact]
    public async Task An_app_server_gets_the_key_of_a_provider_and_nobody_without_the_right_gives_it()
    {
        await using var server = await FakeAppServer.StartAsync(1);
        await using var world = await ModelsWorld.CreateAsync();
        await ConnectAsync(world, server.Port, FakeAppServer.Password);
        var model = await world.AddAsync(
            new()
            {
                Type = "openai",
                Model = "gpt-4o",
                ApiKey = "sk-for-letta",
            }
        );

        Assert.IsType<Outcome<Configurator.Features.Letta.Models.ProviderConnected>.Invalid>(
            await world.CallAsync((LettaSide side) => side.PushAsync(model.Id, Cancel), world.User)
        );
        var pushed = await world.CallAsync((LettaSide side) => side.PushAsync(model.Id, Cancel));

        Assert.Null(pushed.ProblemWith("it"));
        Assert.Contains("sk-for-letta", server.Connected["openai"].ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task ConnectAsync(ModelsWorld world, int port, string? token = null)
    {
        await world.Registry.OutsideAsync(
            $"UPDATE system_config SET letta_server_address = 'http://127.0.0.1', letta_server_port = {port}"
        );
        if (token is not null)
        {
            await world.Registry.OutsideAsync($"UPDATE system_config SET letta_server_token = '{token}'");
        }
    }
}
