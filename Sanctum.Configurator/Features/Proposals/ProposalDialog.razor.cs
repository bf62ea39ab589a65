using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>A proposal with what it would change, to be approved or rejected.</summary>
public sealed partial class ProposalDialog
{
    private ProposalView _view = null!;
    private IReadOnlyList<RowChange> _changes = [];

    [Parameter, EditorRequired]
    public required ProposalView View { get; set; }

    [Inject]
    public required ProposalDecisions Decisions { get; init; }

    protected override string Thing => "proposal";

    private ProposalRow Row => _view.Proposal;

    private bool IsWaiting => Row.State == ProposalState.Pending;

    private string Lead => $"Proposed by the key {Row.KeyName}{(Row.Owner is null ? "" : $" of {Row.Owner}")}.";

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Take(View);
    }

    protected override Task<Outcome<ProposalView>> SaveAsync() => Decisions.ApproveAsync(Row.Id, CancellationToken.None);

    /// <summary>What was not done stays open, and says why.</summary>
    protected override object? Answer(ProposalView saved)
    {
        Take(saved);
        return saved.Proposal.State switch
        {
            ProposalState.Approved => $"Proposal {Row.Id} was approved and done.",
            ProposalState.Rejected => $"Proposal {Row.Id} was rejected.",
            _ => null,
        };
    }

    private Task RejectAsync() =>
        RunAsync(async () =>
        {
            if (Take(await Decisions.RejectAsync(Row.Id, Form.Reason, CancellationToken.None)) is { } rejected)
            {
                Close(Answer(rejected));
            }
        });

    private void Take(ProposalView view)
    {
        _view = view;
        _changes = ProposalDifference.RowsIn(view.Difference);
    }

    private static string HistoryOf(string table, string row) => $"{Urls.History}?table={table}&row={Uri.EscapeDataString(row)}";

    private static Tone ToneOf(string act) =>
        act switch
        {
            "insert" => Tone.Good,
            "delete" => Tone.Bad,
            _ => Tone.Neutral,
        };
}
