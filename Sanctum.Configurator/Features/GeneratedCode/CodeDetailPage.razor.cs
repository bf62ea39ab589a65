using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>One block of code: read, looked at, compared, copied, saved, deleted.</summary>
public sealed partial class CodeDetailPage
{
    /// <summary>Characters in the page; a browser with more is slow.</summary>
    private const int MostShown = 200_000;

    private CodeView? _code;
    private CodeView? _with;
    private IReadOnlyList<Choice<string>> _others = [];
    private string? _problem;
    private bool _isShown;
    private IReadOnlyList<string> _together = [];

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>Compared with this one.</summary>
    [SupplyParameterFromQuery(Name = "with")]
    public Guid? With { get; set; }

    [Inject]
    public required CodeReader Code { get; init; }

    [Inject]
    public required CodeService Service { get; init; }

    [Inject]
    public required CodePreviews Previews { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    protected override object LoadKey => (Id, With);

    private string PreviewText =>
        (_together.Count == 0 ? "" : $"Together with {Unseen.Reveal(string.Join(", ", _together))} of the same answer. ")
        + "It runs in a frame without access to the console or the network.";

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var before = _code?.Row.Id;
        _code = await Code.FindAsync(Id, cancel);
        _with = With is { } with && with != Id ? await Code.FindAsync(with, cancel) : null;
        _together = _code is { NoPreview: null } ? (await Previews.FindAsync(Id, cancel))?.With ?? [] : [];
        _isShown &= before == _code?.Row.Id;
        _others =
        [
            new("", "Nothing"),
            .. (_code?.Others ?? []).Select(other => new Choice<string>($"{other.Id}", LabelOf(other))),
            .. _with is { } any && _code?.Others.Any(other => other.Id == any.Row.Id) == false
                ? [new Choice<string>($"{any.Row.Id}", LabelOf(any.Row))]
                : Array.Empty<Choice<string>>(),
        ];
    }

    private static string LabelOf(CodeRow row) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{Unseen.Reveal(row.FullTitle)} ({row.Language ?? "no language"}, {row.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC)"
        );

    private static string Shown(string code) => code.Length <= MostShown ? code : WholeText.Of(code[..MostShown]);

    private async Task CopyAsync()
    {
        await Browser.CopyAsync(_code!.Code);
        Notices.Say("Copied");
    }

    private async Task DeleteAsync()
    {
        var title = Unseen.Reveal(_code!.Row.FullTitle);
        if (await Confirm.AskAsync("Delete the code?", $"{title} will be deleted. The answer that it came from keeps it.", "Delete code"))
        {
            var outcome = await Service.DeleteAsync(Id, CancellationToken.None);
            if ((_problem = outcome is Outcome<CodeRow>.NotFound ? null : outcome.ProblemWith("The code")) is null)
            {
                Notices.Say("The code was deleted");
                Navigation.NavigateTo(Urls.GeneratedCode);
            }
        }
    }
}
