using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Tools.Running;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Runs a tool instance, shows what comes while it runs, and how it ended.</summary>
public sealed partial class RunDialog
{
    private const int LongestSaid = 16 * 1024;

    private readonly Dictionary<string, string?> _overrides = [];
    private CancellationTokenSource? _running;
    private IReadOnlyList<string> _overridable = [];
    private string _said = "";
    private RunResult? _run;

    [Parameter, EditorRequired]
    public required int InstanceId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>What is called.</summary>
    [Parameter, EditorRequired]
    public required string Target { get; set; }

    [Inject]
    public required ToolRunner Runner { get; init; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required ToolKinds Kinds { get; init; }

    protected override string Thing => "instance";

    internal static Dictionary<string, object?> For(ToolRow tool) =>
        new()
        {
            [nameof(InstanceId)] = tool.InstanceId!.Value,
            [nameof(Name)] = tool.Name,
            [nameof(Target)] = tool.Target!,
        };

    internal static Dictionary<string, object?> For(InstanceRow instance) =>
        new()
        {
            [nameof(InstanceId)] = instance.Id,
            [nameof(Name)] = instance.Name,
            [nameof(Target)] = instance.Target!,
        };

    /// <summary>What runs is stopped first.</summary>
    internal override void Cancel()
    {
        if (_running is not null)
        {
            _running.Cancel();
        }
        else
        {
            base.Cancel();
        }
    }

    protected override async Task OnFilledAsync() =>
        _overridable = (await Reader.FindInstanceAsync(InstanceId, CancellationToken.None))?.Config is { } config
            ? Kinds.Find(config.ToJsonString())?.Kind.Overridable ?? []
            : [];

    protected override async Task<Outcome<RunResult>> SaveAsync()
    {
        (_run, _said) = (null, "");
        var (overrides, problem) = Overrides();
        if (problem is not null)
        {
            return new Outcome<RunResult>.Invalid("", problem);
        }

        using var running = _running = CancellationTokenSource.CreateLinkedTokenSource(Closed);
        try
        {
            _run = Take(await Runner.RunAsync(InstanceId, overrides, Hear, running.Token));
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            State.Say("Stopped. The action may already have taken effect.");
        }
        finally
        {
            _running = null;
        }

        return NotYet;
    }

    private (JsonObject? Overrides, string? Problem) Overrides()
    {
        var overrides = new JsonObject();
        foreach (var (name, text) in _overrides.Where(pair => !string.IsNullOrWhiteSpace(pair.Value)))
        {
            var (node, problem) = name == "arguments" ? JsonText.Parse(text) : (JsonValue.Create(text), null);
            if (problem is not null)
            {
                return (null, $"The {name}: {problem}");
            }

            overrides[name] = node;
        }

        return (overrides.Count == 0 ? null : overrides, null);
    }

    private void Hear(string piece) =>
        _ = InvokeAsync(() =>
        {
            _said = _said.Length + piece.Length > LongestSaid ? (_said + piece)[^LongestSaid..] : _said + piece;
            StateHasChanged();
        });
}
