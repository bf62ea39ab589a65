using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>A template as the text of its file: brought in, or changed.</summary>
public sealed partial class TemplateDialog
{
    private const int MostCharacters = 200_000;

    private readonly EditContext _context = new(new object());
    private string? _text = "";
    private int _version;
    private string? _problem;
    private bool _isBusy;

    /// <summary>Null for one that is brought in.</summary>
    [Parameter]
    public TemplateRow? Template { get; set; }

    [Inject]
    public required TemplateService Templates { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (Template is not null && await Templates.FindAsync(Template.Id, CancellationToken.None) is { } view)
        {
            (_text, _version) = (TemplateEndpoints.TextOf(view), view.Template.Version);
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            if (Read() is not { } form)
            {
                return;
            }

            form.Version = _version;
            var outcome = Template is null ? await Templates.CreateAsync(form, CancellationToken.None) : await Templates.SaveAsync(Template.Id, form, CancellationToken.None);
            _problem = outcome.ProblemWith(Template?.Name ?? form.Name);
            if (outcome is Outcome<TemplateRow>.Done done)
            {
                Shown.Close(done.Value);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private TemplateForm? Read()
    {
        (var form, _problem) = ApiJson.Read<TemplateForm>(_text ?? "");
        return form;
    }
}
