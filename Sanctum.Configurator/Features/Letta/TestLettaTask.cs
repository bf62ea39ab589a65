namespace Sanctum.Configurator.Features.Letta;

/// <summary>Tests the connection to the saved Letta server.</summary>
internal sealed class TestLettaTask(LettaTests tests) : IBuiltInTask
{
    public string Name => "test_letta";

    public string Description => "Tests the connection to the Letta server.";

    public string Policy => Policies.TestLetta;

    public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) => tests.TestSavedAsync(cancel);
}
