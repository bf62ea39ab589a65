using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console whose agent Athena answers, on a V1 server of the test's own.</summary>
public class MessagingConsole : ConsoleServer
{
    private readonly FakeLettaAgents _agents = new(1);
    private FakeLetta _letta = null!;

    public FakeLettaTalk Talk => _agents.Talk;

    /// <summary>The agent's id in the registry.</summary>
    public int Athena { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        _letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = _agents });
        Set("Sanctum:letta_server_address", "http://localhost");
        Set("Sanctum:letta_server_port", _letta.Port.ToString(CultureInfo.InvariantCulture));
        Set("Sanctum:letta_server_token", FakeLetta.Password);
        await base.InitializeAsync();
        using var program = WithKey(FirstKey);
        using var adopted = await program.SendAsync(
            HttpMethod.Post,
            "/api/agents/adopt",
            new { letta_uids = new[] { FakeLettaAgents.IdOf(1) } }
        );
        Assert.Equal(HttpStatusCode.OK, adopted.StatusCode);
        Athena = (int)(await adopted.Content.ReadFromJsonAsync<JsonNode>())!["ids"]![0]!;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _letta.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
