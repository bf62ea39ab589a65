using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>What agents propose, for people to decide on. The one that the address names is open.</summary>
public sealed partial class ProposalsPage
{
    private static readonly IReadOnlyList<Choice<string>> States =
    [
        new("", "All states"),
        .. Enum.GetValues<ProposalState>().Select(state => new Choice<string>(EnumText<ProposalState>.Of(state), ProposalLabels.Of(state))),
    ];

    private DataTable<ProposalRow>? _table;
    private int? _open;

    [SupplyParameterFromQuery(Name = "state")]
    public string State
    {
        get;
        set => field = value ?? "";
    } = "";

    [SupplyParameterFromQuery(Name = "id")]
    public int? Id { get; set; }

    [Inject]
    public required ProposalService Proposals { get; init; }

    private ProposalFilter Chosen => new(EnumText<ProposalState>.Find(State));

    protected override void OnInitialized() => Watch(() => _table?.ReloadAsync() ?? Task.CompletedTask, Tables.Proposals);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Id == _open)
        {
            return;
        }

        _open = Id;
        if (Id is not { } id)
        {
            return;
        }

        if (await Proposals.FindAsync(id, Gone) is { } view)
        {
            var done = await Dialogs.AskAsync<ProposalDialog, string>(
                new Dictionary<string, object?> { [nameof(ProposalDialog.View)] = view }
            );
            if (done is not null)
            {
                Notices.Say(done);
            }
        }
        else
        {
            Notices.Say($"There is no proposal {id}.", Tone.Bad);
        }

        Navigation.Show("id", null, replace: true);
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    private Task<PageOf<ProposalRow>> ListAsync(PageRequest page, CancellationToken cancel) => Proposals.PageAsync(Chosen, page, cancel);
}
