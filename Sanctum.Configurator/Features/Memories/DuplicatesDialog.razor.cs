using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Merging;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>Shows which memories are the same in other words, and merges what is shown.</summary>
public sealed partial class DuplicatesDialog
{
    private const int MostShown = 50;

    private DuplicatesPreview? _preview;

    [Inject]
    public required MemoryDuplicates Duplicates { get; init; }

    protected override string Thing => "list of duplicates";

    protected override async Task OnFilledAsync()
    {
        if (Take(await Duplicates.PreviewAsync(Closed)) is { } preview)
        {
            Show(preview);
        }
    }

    protected override Task<Outcome<DuplicatesPreview>> SaveAsync() => Duplicates.ApplyAsync(Form, CancellationToken.None);

    protected override object Answer(DuplicatesPreview saved) => $"{Counts.Of(saved.Merged, "duplicate")} merged.";

    protected override Task<DuplicatesForm?> FindTheirsAsync(DuplicatesPreview current)
    {
        Show(current);
        return Task.FromResult<DuplicatesForm?>(Form);
    }

    private void Show(DuplicatesPreview preview)
    {
        _preview = preview;
        (Form.Stamp, Form.Only) = (preview.Stamp, [.. preview.Groups.Take(MostShown).Select(group => group.Keep.Id)]);
    }
}
