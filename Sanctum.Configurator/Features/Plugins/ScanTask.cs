namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Compares the plugins of the installation with those of the registry, which it does not change.</summary>
internal sealed class ScanTask(PluginScan scan) : IBuiltInTask
{
    public string Name => "scan_plugins";

    public string Description => "Compares the plugins in the installation with the registry.";

    public string Policy => Policies.OperateRegistry;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) =>
        await scan.ScanAsync(cancel) switch
        {
            Outcome<ScanResult>.Ok { Value: var found } => new Outcome<string>.Ok(
                $"{found.Same} identical, {found.New.Count} new, {found.Changed.Count} changed, {found.Gone.Count} gone. {string.Join(' ', found.Notes)}".TrimEnd()
            ),
            var other => new Outcome<string>.Invalid("", other.ProblemWith("The installation")!),
        };
}
