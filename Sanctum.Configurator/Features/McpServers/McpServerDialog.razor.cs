using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.McpServers.Processes;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Adds a server or changes one, and tests what is typed before it is saved.</summary>
public sealed partial class McpServerDialog
{
    private readonly List<McpStep> _steps = [];
    private McpReport? _report;
    private string _title = "";
    private IReadOnlySet<string> _stored = new HashSet<string>();
    private string? _arguments;
    private bool _isTesting;

    [Parameter]
    public bool HasApiKey { get; set; }

    [Inject]
    public required McpServerService Servers { get; init; }

    [Inject]
    public required McpServerTesting Tests { get; init; }

    [Inject]
    public required McpCommands Commands { get; init; }

    protected override string Thing => "MCP server";

    private string AllowedText =>
        Commands.Allowed.Count == 0 ? "No command is allowed on this console." : $"Allowed: {string.Join(", ", Commands.Allowed)}.";

    internal static Dictionary<string, object?> For(McpServerRow row) =>
        new() { [nameof(Form)] = McpServerForm.Of(row), [nameof(HasApiKey)] = row.HasApiKey };

    protected override void OnFilled() =>
        (_title, _arguments, _stored) = (
            Form.Name,
            string.Join('\n', Form.Arguments ?? []),
            (Form.Environment ?? []).Where(pair => pair.Value is null).Select(pair => pair.Key).ToHashSet()
        );

    protected override void ReadTyped()
    {
        Form.Arguments = [.. (_arguments ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'))];
        if (!Form.IsProgram)
        {
            // A variable whose place was deleted has no field any more.
            Form.Environment = McpVariables.NamesIn(Form.Url).ToDictionary(name => name, name => Form.Environment?.GetValueOrDefault(name));
        }
    }

    private void Enter(string name, string? value)
    {
        Form.Environment ??= [];
        Form.Environment[name] = string.IsNullOrEmpty(value) && _stored.Contains(name) ? null : value;
    }

    private async Task TestAsync()
    {
        (_isTesting, _report) = (true, null);
        _steps.Clear();
        try
        {
            await RunAsync(async () =>
            {
                ReadTyped();
                _report = Take(await Tests.TestAsync(Form.Copy(), Follow, Closed));
                if (_report is { } report)
                {
                    // The result may be out of sight.
                    State.Say(report.Verdict.Title(), report.Tone);
                }
            });
        }
        finally
        {
            _isTesting = false;
        }
    }

    private void Use(string found)
    {
        Form.Url = found;
        _report = null;
    }

    /// <summary>Called on the test's own thread.</summary>
    private void Follow(McpStep step) =>
        _ = InvokeAsync(() =>
        {
            if (_isTesting)
            {
                _steps.Add(step);
                StateHasChanged();
            }
        });

    protected override Task<Outcome<McpServerRow>> SaveAsync() => Servers.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(McpServerRow saved) => saved;

    protected override Task<McpServerForm?> FindTheirsAsync(McpServerRow current) =>
        Task.FromResult<McpServerForm?>(McpServerForm.Of(current));
}
