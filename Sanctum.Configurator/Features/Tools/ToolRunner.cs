using System.Diagnostics;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>
/// Runs a tool instance once and says how it ended. Its secrets are put in just before the run and taken out of what is shown.
/// </summary>
public sealed partial class ToolRunner(
    IDbContextFactory<RegistryDbContext> registries,
    ToolKinds kinds,
    ToolRules rules,
    InstanceSecrets secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ToolRunner> log
)
{
    /// <summary>No run takes longer, whatever its configuration says.</summary>
    internal static readonly TimeSpan LongestRun = TimeSpan.FromHours(1);

    private const string Stopped = "Stopped. The action may already have taken effect.";

    /// <param name="overrides">What the kind lets whoever runs it say anew, such as the body of a request; null for nothing.</param>
    /// <param name="say">Told what comes while it runs, in pieces, without the tool's own secrets.</param>
    /// <exception cref="OperationCanceledException">It was stopped, which the instance keeps as its last result.</exception>
    public async Task<Outcome<RunResult>> RunAsync(int instanceId, JsonObject? overrides, Action<string> say, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<RunResult>.Invalid("", "You don't have permission to run tools.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.ToolInstances.SingleOrDefaultAsync(i => i.Id == instanceId, cancel) is not { } instance)
        {
            return new Outcome<RunResult>.NotFound();
        }

        var tool = await registry.Tools.SingleAsync(t => t.Id == instance.ToolId, cancel);
        if (!tool.IsEnabled || !instance.IsActive)
        {
            return new Outcome<RunResult>.Invalid("", $"{(tool.IsEnabled ? instance.Name : tool.Name)} is disabled. Enable it first.");
        }

        if (kinds.Find(instance.Config) is not var (kind, config))
        {
            return new Outcome<RunResult>.Invalid(
                "",
                $"{instance.Name} can't be run, because its configuration has no valid \"kind\". Allowed: {string.Join(", ", kinds.All.Select(each => each.Kind))}."
            );
        }

        var (values, problem) = await secrets.ReadAsync(registry, instance, config, cancel);
        problem ??= overrides?.Select(pair => pair.Key).Except(kind.Overridable).FirstOrDefault() is { } fixedName
            ? $"{fixedName} can't be overridden for a run."
            : null;
        if (problem is not null)
        {
            return new Outcome<RunResult>.Invalid("", problem);
        }

        // Filled before what the caller says is put in: nobody takes out a secret by naming it.
        var filled = (JsonObject)SecretPlaceholder.Fill(config, values)!;
        foreach (var (name, value) in overrides ?? [])
        {
            filled[name] = value?.DeepClone();
        }

        if (FaultOfOverrides(tool, filled, overrides) is { } fault)
        {
            return new Outcome<RunResult>.Invalid("overrides", fault);
        }

        var run = await RunAsync(kind, new(filled, instance.AgentId), new Shown(values.Values, say), cancel);
        await KeepAsync(registry, tool, instance, run);
        LogRun(instanceId, kind.Kind, run.IsOk, run.Duration.TotalMilliseconds);
        cancel.ThrowIfCancellationRequested();
        return new Outcome<RunResult>.Ok(run);
    }

    /// <summary>What is said for one run is held to the same rules as what is stored.</summary>
    private string? FaultOfOverrides(Tool tool, JsonObject filled, JsonObject? overrides) =>
        overrides is { Count: > 0 }
        && rules
            .SchemaOf(tool.ConfigSchema, filled)
            ?.Check(filled)
            .FirstOrDefault(problem => overrides.Any(one => $"{problem.Path}/".StartsWith($"/{one.Key}/", StringComparison.Ordinal)))
            is { } broken
            ? Answers.Sentence(broken.Path[1..], broken.Message)
            : null;

    private static async Task<RunResult> RunAsync(IToolExecutor kind, ToolCall call, Shown shown, CancellationToken cancel)
    {
        var clockwork = Stopwatch.StartNew();
        var limit =
            call.Config["timeout_seconds"] is JsonValue said && said.TryGetValue<double>(out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRun.TotalSeconds))
                : kind.Patience;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        given.CancelAfter(limit);
        RunResult end;
        try
        {
            end = await kind.RunAsync(call, shown.Say, given.Token);
        }
        catch (OperationCanceledException)
        {
            end = RunResult.Failed(
                cancel.IsCancellationRequested
                    ? Stopped
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"Timed out after {limit.TotalSeconds:0.#} seconds. Check that the service is running, or increase the time limit."
                    )
            );
        }

        return end with
        {
            Message = shown.Hide(end.Message),
            Output = end.Output is null ? null : shown.Hide(end.Output),
            Duration = clockwork.Elapsed,
        };
    }

    private async Task KeepAsync(RegistryDbContext registry, Tool tool, ToolInstance instance, RunResult run)
    {
        instance.LastRun = clock.GetUtcNow();
        instance.Status = tool.Status = run.IsOk ? RunState.Healthy : RunState.Degraded;
        instance.LastResult = LastResult.Of(run).Write();
        try
        {
            await registry.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException e)
        {
            // Somebody changed the tool meanwhile: it was run all the same, and its result is shown.
            LogNotKept(e, instance.Id);
        }
    }

    /// <summary>What is run may repeat what it was given.</summary>
    private sealed class Shown(IEnumerable<string> secrets, Action<string> say)
    {
        private readonly HiddenSecrets _secrets = new(secrets);
        private string _kept = "";

        public string Hide(string text) => _secrets.Hide(text);

        /// <summary>Keeps back what may be the beginning of a secret until its end has come.</summary>
        public void Say(string piece)
        {
            var text = Hide(_kept + piece);
            var back =
                _secrets.All.Count == 0
                    ? 0
                    : Enumerable
                        .Range(1, Math.Min(text.Length, _secrets.All[0].Length))
                        .LastOrDefault(length => _secrets.All.Any(secret => secret.StartsWith(text[^length..], StringComparison.Ordinal)));
            _kept = text[^back..];
            if (back < text.Length)
            {
                say(text[..^back]);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Tool instance {InstanceId} of kind {Kind} was run: success {Ok} after {Milliseconds} ms")]
    private partial void LogRun(int instanceId, string kind, bool ok, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "The result of tool instance {InstanceId} could not be saved")]
    private partial void LogNotKept(Exception exception, int instanceId);
}
