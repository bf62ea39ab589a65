using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>Saves a search under a name, or changes such a view.</summary>
public sealed partial class LogViewDialog
{
    private string _title = "";
    private string? _locked;

    [Inject]
    public required LogViewService Views { get; init; }

    protected override string Thing => "view";

    protected override void OnFilled() => _title = Form.Name;

    protected override async Task OnFilledAsync() =>
        _locked = Form.IsShared || await Views.MayShareAsync() ? null : "Sharing views requires the permission registry:operate.";

    protected override Task<Outcome<LogViewRow>> SaveAsync() => Views.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(LogViewRow saved) => $"{saved.Name} was saved.";

    protected override Task<LogViewForm?> FindTheirsAsync(LogViewRow current) => Task.FromResult<LogViewForm?>(current.ToForm());
}
