using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Makes a small backup between the others: what has changed since the last one.</summary>
internal sealed class IncrementAction(OwnBackups own) : IConsoleAction
{
    public const string Act = "back_up_increment";

    public string Name => Act;

    public string Description => "Creates a small backup of the changes since the last one and test-restores it.";

    public string Policy => Policies.MakeBackups;

    public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) => own.BackUpAsync(BackupTrigger.Increment, cancel);
}
