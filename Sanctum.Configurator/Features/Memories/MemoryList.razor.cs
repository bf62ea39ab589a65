using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>The memories, and what is done with them.</summary>
public sealed partial class MemoryList
{
    private DataTable<MemoryRow> _table = null!;
    private string? _problem;
    private bool _mayShare;

    [Parameter]
    public string? Kind { get; set; }

    [Parameter]
    public string? Scope { get; set; }

    [Parameter]
    public string? Status { get; set; }

    [Inject]
    public required MemoryReader Memories { get; init; }

    [Inject]
    public required MemoryService Service { get; init; }

    [Inject]
    public required MemoryAccess Access { get; init; }

    [Inject]
    public required Signal<MemoriesChanged> MemoryChanges { get; init; }

    private MemoryFilter Filter =>
        new(EnumText<MemoryKind>.Find(Kind), EnumText<MemoryScope>.Find(Scope), EnumText<MemoryStatus>.Find(Status));

    internal Task ReloadListAsync() => _table.ReloadAsync();

    protected override void OnInitialized() =>
        Follow(MemoryChanges, change => change.UserId == Access.Owner ? InvokeAsync(ReloadListAsync) : Task.CompletedTask);

    protected override async Task ReadAsync(CancellationToken cancel) => _mayShare = await Access.MayShareAsync();

    private Task<PageOf<MemoryRow>> ListAsync(PageRequest page, CancellationToken cancel) => Memories.ListAsync(Filter, page, cancel);

    private async Task EditAsync(MemoryRow memory)
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<MemoryDialog, string>(
                new Dictionary<string, object?> { [nameof(MemoryDialog.Form)] = memory.ToForm(), [nameof(MemoryDialog.Stored)] = memory }
            ) is
            { } said
        )
        {
            Notices.Say(said);
        }

        await ReloadListAsync();
    }

    private async Task HoldAsync(MemoryRow memory) =>
        await SayAsync(
            await Service.HoldAsync(memory.Id, memory.Version, CancellationToken.None),
            "The memory is held. It is not used until you release it."
        );

    private async Task ReleaseAsync(MemoryRow memory)
    {
        if (
            await Confirm.AskAsync(
                "Release this memory?",
                $"{memory.HeldBecause} It will be given to models before answers: “{Unseen.Reveal(memory.Content)}”",
                "Release memory",
                isDanger: false
            )
        )
        {
            await SayAsync(await Service.ReleaseAsync(memory.Id, memory.Version, CancellationToken.None), "The memory was released.");
        }
    }

    private async Task ForgetAsync(MemoryRow memory)
    {
        if (
            await Confirm.AskAsync(
                "Forget this memory?",
                $"“{Unseen.Reveal(MemoryLabels.Short(memory.Content))}” and what was made of it are deleted for good, and not remembered again. The conversation stays.",
                "Forget memory"
            )
        )
        {
            await SayAsync(await Service.ForgetAsync(memory.Id, CancellationToken.None), "The memory was forgotten.");
        }
    }

    private Task SayAsync<T>(Outcome<T> outcome, string done)
    {
        _problem = outcome.ProblemWith("This memory");
        if (_problem is null)
        {
            Notices.Say(done);
        }

        return ReloadListAsync();
    }
}
