using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>A template as the text of its file: brought in, or changed.</summary>
public sealed partial class TemplateDialog
{
    private const int MostCharacters = 200_000;

    /// <summary>Null for one that is brought in.</summary>
    [Parameter]
    public TemplateRow? Template { get; set; }

    [Inject]
    public required TemplateService Templates { get; init; }

    protected override string Thing => "template";

    protected override async Task OnInitializedAsync()
    {
        if (Template is not null && await FindTheirsAsync(Template) is { } now)
        {
            (Form.Json, Form.Version) = (now.Json, now.Version);
        }
    }

    protected override async Task<Outcome<TemplateRow>> SaveAsync()
    {
        var (form, problem) = ApiJson.Read<TemplateForm>(Form.Json ?? "");
        if (form is null)
        {
            return new Outcome<TemplateRow>.Invalid("", problem!);
        }

        form.Version = Form.Version;
        return Template is null
            ? await Templates.CreateAsync(form, CancellationToken.None)
            : await Templates.SaveAsync(Template.Id, form, CancellationToken.None);
    }

    protected override async Task<Text?> FindTheirsAsync(TemplateRow current) =>
        await Templates.FindAsync(current.Id, Closed) is { } view
            ? new() { Json = TemplateEndpoints.TextOf(view), Version = view.Template.Version }
            : null;

    /// <summary>What is wrong is somewhere in the text.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) => State.Say(reasons.Values.First());

    public sealed class Text
    {
        public string? Json { get; set; } = "";

        public int Version { get; set; }
    }
}
