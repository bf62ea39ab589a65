using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>The indexes of vectors, how far they are, and which one is active.</summary>
public sealed partial class VectorIndexPanel
{
    private DataTable<VectorIndexRow>? _table;
    private IReadOnlyList<(int Id, string Name)> _models = [];
    private string? _chosen;
    private string? _problem;
    private bool _mayRead;

    [Inject]
    public required VectorIndexService Indexes { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required Signal<VectorIndexesChanged> IndexChanges { get; init; }

    private IReadOnlyList<Choice<string>> Options =>
        [.. _models.Select(model => new Choice<string>(model.Id.ToString(CultureInfo.InvariantCulture), model.Name))];

    protected override void OnInitialized()
    {
        Watch(Tables.LlmConfig);
        Follow(IndexChanges, _ => InvokeAsync(ReloadListAsync));
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _mayRead = await Caller.MayAsync(Policies.ReadSettings);
        _models = _mayRead ? await Indexes.ModelsAsync(cancel) : [];
        _chosen = Options.FirstOrDefault(option => option.Value == _chosen)?.Value ?? (Options is [var first, ..] ? first.Value : null);
    }

    private async Task<PageOf<VectorIndexRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var all = await Indexes.ListAsync(cancel);
        return new([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private async Task BuildAsync()
    {
        int? model = int.TryParse(_chosen, CultureInfo.InvariantCulture, out var id) ? id : null;
        await SayAsync(
            await Indexes.BuildAsync(new() { ConfigId = model }, CancellationToken.None),
            "The index is being built. It becomes active when it is complete."
        );
    }

    private async Task ActivateAsync(VectorIndexRow index) =>
        await SayAsync(await Indexes.ActivateAsync(index.Id, CancellationToken.None), $"{index.Name} is active now.");

    private async Task DeleteAsync(VectorIndexRow index)
    {
        var isActive = index.Status == VectorIndexStatus.Active;
        if (
            await Confirm.AskAsync(
                $"Delete {index.Name}?",
                isActive
                    ? "It is the active one. Memories are found by their words until another one is activated or built."
                    : "To have it again, all memories must be embedded again.",
                "Delete index"
            )
        )
        {
            await SayAsync(await Indexes.DeleteAsync(index.Id, CancellationToken.None), $"{index.Name} was deleted.");
        }
    }

    private Task SayAsync(Outcome<VectorIndexRow> outcome, string done)
    {
        _problem = outcome.ProblemWith("The index");
        if (_problem is null)
        {
            Notices.Say(done);
        }

        return ReloadListAsync();
    }

    private Task ReloadListAsync() => _table?.ReloadAsync() ?? Task.CompletedTask;
}
