using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.GeneratedCode;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>The versions of the design system's files: what is in them, what differs, which are in prompts.</summary>
public sealed partial class DesignFilesPage
{
    private const string Tokens = "tokens";

    private static readonly IReadOnlyList<Choice<string>> Kinds = [new("", "catalog.json"), new(Tokens, "tokens.json")];

    private IReadOnlyList<DesignFileRow> _versions = [];
    private IReadOnlyList<Choice<string>> _others = [];
    private DesignFileView? _shown;
    private DesignFileView? _with;
    private bool _mayWrite;

    [SupplyParameterFromQuery(Name = "file")]
    public string? File { get; set; }

    [SupplyParameterFromQuery(Name = "version")]
    public int? Version { get; set; }

    [SupplyParameterFromQuery(Name = "with")]
    public int? With { get; set; }

    [Inject]
    public required DesignService Files { get; init; }

    protected override object LoadKey => (File, Version, With);

    private DesignFileKind Kind => File == Tokens ? DesignFileKind.Tokens : DesignFileKind.Catalog;

    private string KindText => Kind == DesignFileKind.Tokens ? Tokens : "";

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _mayWrite = await Files.MayWriteAsync();
        _versions = await Files.ListAsync(Kind, cancel);
        var shown =
            _versions.FirstOrDefault(row => row.Number == Version)
            ?? _versions.FirstOrDefault(row => row.IsActive)
            ?? (_versions.Count > 0 ? _versions[0] : null);
        var with = _versions.FirstOrDefault(row => row.Number == With && row.Id != shown?.Id);
        _shown = shown is null ? null : await Files.FindAsync(shown.Id, cancel);
        _with = with is null ? null : await Files.FindAsync(with.Id, cancel);
        _others =
        [
            new("", "Compare with…"),
            .. _versions.Where(row => row.Id != shown?.Id).Select(row => new Choice<string>($"{row.Number}", $"Version {row.Number}")),
        ];
    }

    private static string Readable(string content) => JsonText.Parse(content).Node is { } json ? ReadableJson.Of(json) : content;

    private async Task ImportAsync()
    {
        var start = new Dictionary<string, object?> { [nameof(ImportDesignDialog.Form)] = new DesignFileForm { Kind = Kind } };
        if (await Dialogs.AskAsync<ImportDesignDialog, DesignFileRow>(start) is { } row)
        {
            Notices.Say($"{row.Name} was imported");
            Navigation.Show(("file", row.Kind == DesignFileKind.Tokens ? Tokens : null), ("version", row.Number), ("with", null));
            await ReloadAsync();
        }
    }

    private async Task ActivateAsync(DesignFileRow row)
    {
        await WorkAsync(async () =>
        {
            Problem = (await Files.ActivateAsync(row.Id, !row.IsActive, CancellationToken.None)).ProblemWith(row.Name);
            await ReloadAsync();
        });
    }
}
