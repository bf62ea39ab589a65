using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Runs a tool instance, shows what comes while it runs, and how it ended.</summary>
public sealed partial class RunDialog : IDisposable
{
    private const int LongestSaid = 16 * 1024;

    private readonly EditContext _context = new(new object());
    private readonly Dictionary<string, string?> _overrides = [];
    private CancellationTokenSource _running = new();
    private IReadOnlyList<string> _overridable = [];
    private string _said = "";
    private ToolRun? _run;
    private string? _notice;
    private bool _isRunning;

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

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    internal static Dictionary<string, object?> For(ToolRow tool) => new()
    {
        [nameof(InstanceId)] = tool.InstanceId!.Value,
        [nameof(Name)] = tool.Name,
        [nameof(Target)] = tool.Target!,
    };

    internal static Dictionary<string, object?> For(InstanceRow instance) => new()
    {
        [nameof(InstanceId)] = instance.Id,
        [nameof(Name)] = instance.Name,
        [nameof(Target)] = instance.Target!,
    };

    public void Dispose()
    {
        _running.Cancel();
        _running.Dispose();
    }

    protected override async Task OnInitializedAsync() =>
        _overridable = (await Reader.FindInstanceAsync(InstanceId, CancellationToken.None))?.Config is { } config ? Kinds.Find(config.ToJsonString())?.Kind.Overridable ?? [] : [];

    private void Leave()
    {
        if (_isRunning)
        {
            _running.Cancel();
        }
        else
        {
            Shown.Cancel();
        }
    }

    private async Task RunAsync()
    {
        (_isRunning, _notice, _run, _said) = (true, null, null, "");
        _running.Dispose();
        _running = new();
        try
        {
            (var overrides, _notice) = Overrides();
            if (_notice is null)
            {
                var outcome = await Runner.RunAsync(InstanceId, overrides, Hear, _running.Token);
                (_run, _notice) = (outcome is Outcome<ToolRun>.Done done ? done.Value : null, outcome.ProblemWith(Name));
            }
        }
        catch (OperationCanceledException) when (_running.IsCancellationRequested)
        {
            _notice = "Stopped. The action may already have taken effect.";
        }
        finally
        {
            _isRunning = false;
        }
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

    private void Hear(string piece) => _ = InvokeAsync(() =>
    {
        _said = _said.Length + piece.Length > LongestSaid ? (_said + piece)[^LongestSaid..] : _said + piece;
        StateHasChanged();
    });
}
