using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Probe;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>The MCP servers, how they are, and what is done with them.</summary>
public sealed partial class McpServersPage
{
    private DataTable<McpServerRow> _table = null!;
    private string? _problem;
    private int? _testing;

    [Inject]
    public required McpServerReader Servers { get; init; }

    [Inject]
    public required McpServerService Service { get; init; }

    [Inject]
    public required McpServerTesting Tests { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override void OnInitialized() => Watch(ReloadListAsync, McpLabels.ShownTables);

    private Task ReloadListAsync() => _table.ReloadAsync();

    private async Task AddAsync()
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<McpServerDialog, McpServerRow>(
                new Dictionary<string, object?> { [nameof(McpServerDialog.Form)] = new McpServerForm() }
            ) is
            { } saved
        )
        {
            Notices.Say($"{saved.Name} was saved.");
            Navigation.NavigateTo(Urls.McpServer(saved.Id));
            return;
        }

        await ReloadListAsync();
    }

    private async Task ImportAsync()
    {
        _problem = null;
        if (await Dialogs.AskAsync<McpImportDialog, string>() is { } done)
        {
            Notices.Say(done);
        }

        await ReloadListAsync();
    }

    private async Task EditAsync(McpServerRow server)
    {
        _problem = null;
        if (await Dialogs.AskAsync<McpServerDialog, McpServerRow>(McpServerDialog.For(server)) is { } saved)
        {
            Notices.Say($"{saved.Name} was saved.");
        }

        await ReloadListAsync();
    }

    private async Task TestAsync(McpServerRow server)
    {
        (_testing, _problem) = (server.Id, null);
        try
        {
            var outcome = await Tests.TestAsync(server.Id, null, CancellationToken.None);
            if (outcome is Outcome<McpReport>.Ok { Value: var report })
            {
                Notices.Say($"{server.Name}: {report.Message}", report.Verdict.IsConnected() ? Tone.Good : Tone.Warning);
            }
            else
            {
                _problem = outcome.ProblemWith(server.Name);
            }
        }
        finally
        {
            _testing = null;
        }

        await ReloadListAsync();
    }

    private async Task SwitchAsync(McpServerRow server)
    {
        _problem = (await Service.EnableAsync(server.Id, !server.IsEnabled, CancellationToken.None)).ProblemWith(server.Name);
        await ReloadListAsync();
    }

    private async Task DeleteAsync(McpServerRow server)
    {
        (var isDone, _problem) = await McpServerPage.DeleteAsync(Service, Confirm, server);
        if (isDone)
        {
            Notices.Say($"{server.Name} was deleted.");
        }

        await ReloadListAsync();
    }
}
