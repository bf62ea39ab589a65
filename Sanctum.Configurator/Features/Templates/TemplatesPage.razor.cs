using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>The templates, and what is done with them.</summary>
public sealed partial class TemplatesPage
{
    private static readonly IReadOnlyList<Choice<string>> Kinds =
    [
        new("", "Agents and tools"),
        new("agent", "Agents"),
        new("tool", "Tools"),
    ];

    private DataTable<TemplateRow> _table = null!;
    private string? _problem;

    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [Inject]
    public required TemplateService Templates { get; init; }

    protected override void OnInitialized() => Watch(() => _table.ReloadAsync(), Tables.Templates);

    private Task<PageOf<TemplateRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Templates.ListAsync(Kind is "agent" or "tool" ? Kind : null, page, cancel);

    private async Task ApplyAsync(TemplateRow template)
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<ApplyDialog, AppliedTemplate>(
                new Dictionary<string, object?> { [nameof(ApplyDialog.Template)] = template }
            ) is
            { } made
        )
        {
            Notices.Say($"{made.Name} was created.");
            Navigation.NavigateTo(made.Kind == "agent" ? Urls.Agent(made.Id!.Value) : Urls.Tool(made.Id!.Value));
        }
    }

    /// <param name="template">Null for one that is brought in.</param>
    private Task WriteAsync(TemplateRow? template) =>
        ShowAsync<TemplateDialog>(new Dictionary<string, object?> { [nameof(TemplateDialog.Template)] = template });

    private Task SaveAsAsync() => ShowAsync<SaveAsDialog>([]);

    private async Task ShowAsync<TDialog>(Dictionary<string, object?> parameters)
        where TDialog : IComponent
    {
        _problem = null;
        if (await Dialogs.AskAsync<TDialog, TemplateRow>(parameters) is { } saved)
        {
            Notices.Say($"{saved.Name} was saved.");
        }

        await _table.ReloadAsync();
    }

    private async Task DeleteAsync(TemplateRow template)
    {
        _problem = null;
        if (
            await Confirm.AskAsync(
                $"Delete {template.Name}?",
                "What was created from it is kept. The template stays in the history.",
                "Delete template"
            )
        )
        {
            _problem = (await Templates.DeleteAsync(template.Id, template.Version, CancellationToken.None)).ProblemWith(template.Name);
            if (_problem is null)
            {
                Notices.Say($"{template.Name} was deleted.");
            }

            await _table.ReloadAsync();
        }
    }
}
