using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.McpServers.Watching;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>One MCP server: how it answers, what of it is approved, its tools, and its tests.</summary>
public sealed partial class McpServerPage
{
    private readonly List<McpStep> _steps = [];
    private McpServerRow? _server;
    private IReadOnlyList<McpPinRow> _pins = [];
    private string? _problem;
    private bool _isTesting;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    public required McpServerReader Servers { get; init; }

    [Inject]
    public required McpServerService Service { get; init; }

    [Inject]
    public required McpServerTesting Tests { get; init; }

    [Inject]
    public required McpSchedule Schedule { get; init; }

    protected override object LoadKey => Id;

    /// <summary>Asks, and deletes.</summary>
    internal static async Task<(bool IsDone, string? Problem)> DeleteAsync(McpServerService service, Confirm confirm, McpServerRow server)
    {
        var removal = await service.PlanRemovalAsync(server.Id, CancellationToken.None);
        var text = removal is { References: { Count: > 0 } names }
            ? $"These tools call it, and are deactivated: {string.Join(", ", names)}. What was approved of it is deleted too."
            : "What was approved of it is deleted too. No tool of the registry calls it.";
        if (!await confirm.AskAsync($"Delete {server.Name}?", text, "Delete MCP server"))
        {
            return (false, null);
        }

        var problem = (await service.DeleteAsync(server.Id, server.Version, CancellationToken.None)).ProblemWith(server.Name);
        return (problem is null, problem);
    }

    protected override void OnInitialized() => Watch(McpLabels.ShownTables);

    protected override async Task ReadAsync(CancellationToken cancel) =>
        (_server, _pins) = (await Servers.FindAsync(Id, cancel), await Servers.PinsAsync(Id, cancel) ?? []);

    private async Task TestAsync()
    {
        (_isTesting, _problem) = (true, null);
        _steps.Clear();
        try
        {
            _problem = (await Tests.TestAsync(Id, Follow, Gone)).ProblemWith("This MCP server");
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _isTesting = false;
        }

        await ReloadAsync();
    }

    private Task TryNowAsync()
    {
        Schedule.TryNow(Id);
        return Task.CompletedTask;
    }

    private async Task SwitchAsync()
    {
        _problem = (await Service.EnableAsync(Id, !_server!.IsEnabled, CancellationToken.None)).ProblemWith(_server.Name);
        await ReloadAsync();
    }

    private async Task EditAsync()
    {
        _problem = null;
        var saved = await Dialogs.AskAsync<McpServerDialog, McpServerRow>(McpServerDialog.For(_server!));
        await SayAsync(saved is null ? null : $"{saved.Name} was saved.");
    }

    private async Task DeleteAsync()
    {
        var name = _server!.Name;
        (var isDone, _problem) = await DeleteAsync(Service, Confirm, _server);
        if (isDone)
        {
            Notices.Say($"{name} was deleted.");
            Navigation.NavigateTo(Urls.McpServers);
        }
    }

    /// <param name="done">Null where nothing was done.</param>
    private async Task SayAsync(string? done)
    {
        if (done is not null)
        {
            Notices.Say(done);
        }

        await ReloadAsync();
    }

    /// <summary>Called on the test's own thread.</summary>
    private void Follow(McpStep step) =>
        _ = InvokeAsync(() =>
        {
            _steps.Add(step);
            StateHasChanged();
        });
}
