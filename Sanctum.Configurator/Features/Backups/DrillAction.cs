using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Drills the newest backup whose passphrase the console has, and waits for the verdict.</summary>
internal sealed class DrillAction(OwnBackups own) : IConsoleAction
{
    public const string Act = "restore_drill";

    public string Name => Act;

    public string Description => "Restores the newest backup into a temporary database and compares its rows.";

    public string Policy => Policies.MakeBackups;

    public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) => own.DrillAsync(cancel);
}
