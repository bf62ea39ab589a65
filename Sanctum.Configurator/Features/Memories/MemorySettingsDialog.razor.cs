using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>Changes the settings of memory.</summary>
public sealed partial class MemorySettingsDialog
{
    private IReadOnlyList<(int Id, string Name)> _models = [];

    [Inject]
    public required MemorySettingsService Settings { get; init; }

    protected override string Thing => "settings of memory";

    protected override async Task OnFilledAsync() => _models = await Settings.ModelsAsync(Closed);

    protected override Task<Outcome<MemorySettingsView>> SaveAsync() => Settings.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(MemorySettingsView saved) => "The settings of memory were saved.";

    protected override Task<MemorySettingsForm?> FindTheirsAsync(MemorySettingsView current) =>
        Task.FromResult<MemorySettingsForm?>(current.ToForm());
}
