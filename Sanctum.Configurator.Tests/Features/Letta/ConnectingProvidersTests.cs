using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Agents;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class ConnectingProvidersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_provider_is_connected_and_its_models_are_named()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 0);

        var connected = AppServerWorld.Done(await ConnectAsync(world, "lmstudio", ("baseUrl", " http://localhost:1234/v1 ")));

        Assert.Equal([FakeAppServer.Model, "lmstudio/mock-2"], connected.Models);
        Assert.Null(connected.Warning);
        Assert.Equal("http://localhost:1234/v1", (string?)world.Server.Connected["lmstudio"]["baseUrl"]);
        world.Server.Connected["lmstudio"]["baseUrl"] = "http://user:a-secret@localhost:1234/v1?key=a-secret";
        var first = AppServerWorld.Done(await world.CallAsync((LettaModels models) => models.ProvidersAsync(Cancel)))[0];
        Assert.Equal(("LM Studio", "http://localhost:1234/v1"), (first.Name, Assert.Single(first.Connected)));
    }

    [Fact]
    public async Task A_provider_of_which_no_model_comes_is_said_to_be_doubtful()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 0);

        var connected = AppServerWorld.Done(await ConnectAsync(world, "openai", ("apiKey", "sk-wrong")));

        Assert.StartsWith("The App Server saved this, but lists no model of OpenAI.", connected.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "apiKey", "", "apiKey", "Enter the API Key.")]
    [InlineData("openai", "apiKey", "sk-one\nsk-two", "apiKey", "It contains characters that can't be sent, such as a line break.")]
    [InlineData("openai", "colour", "blue", "colour", "OpenAI has no such field.")]
    [InlineData(
        "github-copilot",
        "token",
        "x",
        "",
        "GitHub Copilot is signed in to in a browser on the App Server's machine: run “letta” there and type /connect."
    )]
    public async Task What_a_provider_does_not_take_is_refused_here(string provider, string key, string value, string at, string reason)
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 0);

        var refused = Assert.IsType<Outcome<ProviderConnected>.Invalid>(await ConnectAsync(world, provider, (key, value)));

        Assert.Equal(reason, refused.Reasons[at]);
        Assert.Empty(world.Server.Connected);
    }

    [Fact]
    public async Task A_provider_is_disconnected_by_whoever_may()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 0);
        await ConnectAsync(world, "lmstudio", ("baseUrl", "http://localhost:1234/v1"));

        Assert.IsType<Outcome<LettaProvider>.Invalid>(
            await world.CallAsync(
                (LettaModels models) => models.DisconnectAsync("lmstudio", Cancel),
                await world.Registry.AddUserAsync("vera", UserRole.Viewer)
            )
        );
        Assert.Single(world.Server.Connected);
        AppServerWorld.Done(await world.CallAsync((LettaModels models) => models.DisconnectAsync("lmstudio", Cancel)));
        Assert.Empty(world.Server.Connected);
        Assert.IsType<Outcome<LettaProvider>.NotFound>(
            await world.CallAsync((LettaModels models) => models.DisconnectAsync("nope", Cancel))
        );
    }

    private static Task<Outcome<ProviderConnected>> ConnectAsync(
        AppServerWorld world,
        string provider,
        params (string Key, string Value)[] fields
    ) =>
        world.CallAsync(
            (LettaModels models) =>
                models.ConnectAsync(provider, fields.ToDictionary(field => field.Key, field => (string?)field.Value), Cancel)
        );
}
