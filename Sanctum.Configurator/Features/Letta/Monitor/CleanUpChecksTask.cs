namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>Removes old connection checks of the Letta server and their statistics.</summary>
internal sealed class CleanUpChecksTask(ConnectionCheckStore ledger, LettaState state) : IBuiltInTask
{
    public const string Act = "clean_up_checks";

    public string Name => Act;

    public string Description => "Removes old connection checks of the Letta server and their statistics.";

    public string Policy => Policies.WriteSettings;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var removed = await ledger.PruneAsync(state.Current.Since, cancel);
        return new Outcome<string>.Ok(string.Create(CultureInfo.InvariantCulture, $"{removed} checks and statistics were removed."));
    }
}
