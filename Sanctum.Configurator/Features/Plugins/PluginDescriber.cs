using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>
/// Asks a plugin of SMCP what it is, which runs its code, and keeps the answer until somebody approves it. It is run without a shell, with
/// an
/// environment that holds no secret, in its own folder, for a short time.
/// </summary>
public sealed partial class PluginDescriber(
    PluginWrites writes,
    PluginService plugins,
    PluginScan scan,
    IOptions<PluginOptions> options,
    TimeProvider clock,
    ILogger<PluginDescriber> log
)
{
    private const int MostOutput = 1024 * 1024;
    private const string Home = "HOME";

    /// <summary>Asks the plugin. What it says is held where it differs from what was approved.</summary>
    /// <param name="isDryRun">Only says what differs.</param>
    public async Task<Outcome<PluginView>> DescribeAsync(int id, bool isDryRun, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<PluginView>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (await plugins.FindAsync(id, cancel) is not { } view)
        {
            return new Outcome<PluginView>.NotFound();
        }

        var (found, problem) = await AskAsync(view.Plugin, cancel);
        if (found is null)
        {
            return new Outcome<PluginView>.Invalid("", problem!);
        }

        if (isDryRun)
        {
            return new Outcome<PluginView>.Ok(
                view with
                {
                    Found = PluginLabels.Parse(found.ToJson()),
                    Changes = PluginDescription.Between(PluginDescription.Find(view.Described?.ToJsonString()), found),
                }
            );
        }

        return await ViewAsync(
            await writes.WriteAsync(
                Policies.WriteRegistry,
                id,
                view.Plugin.Version,
                (registry, plugin) =>
                {
                    registry.Reason = "Described";
                    plugin.Found = found.Says(PluginDescription.Find(plugin.Described)) ? null : found.ToJson();
                    return Task.FromResult<Outcome<PluginRow>.Invalid?>(null);
                },
                cancel
            ),
            cancel
        );
    }

    /// <summary>Takes what the plugin says of itself for good, with its version and its description.</summary>
    public async Task<Outcome<PluginView>> ApproveAsync(int id, int? version, CancellationToken cancel) =>
        await ViewAsync(
            await writes.WriteAsync(
                Policies.WriteRegistry,
                id,
                version,
                async (registry, plugin) =>
                {
                    if (PluginDescription.Find(plugin.Found) is not { } found)
                    {
                        return new("", $"{plugin.Name} has no changes to approve.");
                    }

                    registry.Reason = "Description approved";
                    await plugins.KeepVersionAsync(registry, plugin, found.Version, cancel);
                    (plugin.Described, plugin.Found) = (plugin.Found, null);
                    plugin.PluginVersion = found.Version is { Length: > 0 and <= 64 } stated ? stated : plugin.PluginVersion;
                    plugin.Description = found.Description ?? plugin.Description;
                    if (found.Manifest?["dependencies"] is { } needed)
                    {
                        plugin.Dependencies = PluginDependencies.Keep(needed);
                    }

                    return null;
                },
                cancel
            ),
            cancel
        );

    /// <summary>Leaves the plugin as it was approved. The next scan finds the difference again.</summary>
    public async Task<Outcome<PluginView>> RejectAsync(int id, int? version, CancellationToken cancel) =>
        await ViewAsync(
            await writes.WriteAsync(
                Policies.WriteRegistry,
                id,
                version,
                (registry, plugin) =>
                {
                    registry.Reason = "Description rejected";
                    var refused = plugin.Found is null
                        ? new Outcome<PluginRow>.Invalid("", $"{plugin.Name} has no changes to approve.")
                        : null;
                    plugin.Found = null;
                    return Task.FromResult(refused);
                },
                cancel
            ),
            cancel
        );

    private async Task<(PluginDescription? Found, string? Problem)> AskAsync(PluginRow plugin, CancellationToken cancel)
    {
        if (plugin.Folder is not { } folder)
        {
            return (null, $"The folder of {plugin.Name} is unknown. Scan and adopt the plugin first.");
        }

        var (lying, path, problem) = await scan.ReadAsync(folder, cancel);
        if (lying is null || lying.Description.Source != PluginDescription.Smcp || lying.Description.Code is null)
        {
            return (null, problem ?? $"{plugin.Name} is not an SMCP plugin. Only SMCP plugins can be described.");
        }

        var home = Directory.CreateTempSubdirectory("sanctum-describe-").FullName;
        try
        {
            var began = Stopwatch.GetTimestamp();
            var end = await new ProgramRunner(clock).RunAsync(Call(path, home), cancel);
            LogAsked(plugin.Id, end.Ending, (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            return Read(plugin.Name, end) is var (answer, fault) && answer is not null
                ? (lying.Description with { Answer = answer }, null)
                : (null, fault);
        }
        finally
        {
            Forget(home);
        }
    }

    private static void Forget(string home)
    {
        try
        {
            Directory.Delete(home, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The plugin made it so that it can't be deleted; the system's own cleaning of temporary folders will.
        }
    }

    private ProgramCall Call(string folder, string home) =>
        new(
            options.Value.Python,
            ["cli.py", "--describe"],
            folder,
            new Dictionary<string, string>
            {
                ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
                [Home] = home,
                ["LANG"] = "C.UTF-8",
            },
            options.Value.DescribePatience,
            MostOutput
        );

    private (JsonObject? Answer, string? Problem) Read(string name, ProgramEnd end)
    {
        var problem = end.Ending switch
        {
            ProgramEnding.NotStarted => $"{options.Value.Python} can't be started. Install it, or set the interpreter in Plugins:Python.",
            ProgramEnding.TooSlow => $"{name} did not answer within {options.Value.DescribePatience.TotalSeconds:0} s and was stopped.",
            ProgramEnding.TooMuch => $"{name} wrote more than 1 MB and was stopped.",
            _ when end.ExitCode != 0 =>
                $"{name} exited with code {end.ExitCode}{(end.Errors.Length > 0 ? $": {LastLine(end.Errors)}" : "")}. It may not support --describe.",
            _ => null,
        };
        if (problem is not null)
        {
            return (null, problem);
        }

        var answer = PluginLabels.Parse(Encoding.UTF8.GetString(end.Output));
        var faults = PluginDescription.Faults(answer);
        return faults.Count == 0
            ? ((JsonObject)answer!, null)
            : (null, $"The answer of {name} doesn't follow version 1 of the SMCP contract. {string.Join(" ", faults)}");
    }

    private static string LastLine(string errors) =>
        errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1].TrimEnd('.');

    private async Task<Outcome<PluginView>> ViewAsync(Outcome<PluginRow> outcome, CancellationToken cancel) =>
        outcome switch
        {
            Outcome<PluginRow>.Ok done => await plugins.FindAsync(done.Value.Id, cancel) is { } view
                ? new Outcome<PluginView>.Ok(view)
                : new Outcome<PluginView>.NotFound(),
            Outcome<PluginRow>.Conflict stale => await plugins.FindAsync(stale.Current.Id, cancel) is { } view
                ? new Outcome<PluginView>.Conflict(view)
                : new Outcome<PluginView>.NotFound(),
            Outcome<PluginRow>.Invalid refused => new Outcome<PluginView>.Invalid(refused.Reasons),
            _ => new Outcome<PluginView>.NotFound(),
        };

    [LoggerMessage(LogLevel.Information, "Plugin {PluginId} was described: {Ending} after {Milliseconds} ms")]
    private partial void LogAsked(int pluginId, ProgramEnding ending, int milliseconds);
}
