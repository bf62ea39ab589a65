using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>One message in the queue: who wrote it, how it is, each attempt, and what can be done about it.</summary>
public sealed partial class QueueEntryDialog
{
    private QueueEntryView? _view;
    private string? _edited;

    [Parameter, EditorRequired]
    public required int EntryId { get; set; }

    [Inject]
    public required QueueReader Reader { get; init; }

    [Inject]
    public required QueueActs Acts { get; init; }

    [Inject]
    public required Signal<QueueChanged> Changes { get; init; }

    internal static Dictionary<string, object?> For(int id) => new() { [nameof(EntryId)] = id };

    protected override void OnInitialized() => Follow(Changes, _ => InvokeAsync(ReloadAsync));

    protected override async Task ReadAsync(CancellationToken cancel) => _view = await Reader.FindAsync(EntryId, cancel);

    private static string? Took(AttemptRow attempt) =>
        attempt is { StartedAt: { } from, EndedAt: { } to }
            ? string.Create(CultureInfo.InvariantCulture, $", {(to - from).TotalSeconds:0.0} s")
            : null;

    private async Task ActAsync(QueueActKind kind)
    {
        await WorkAsync(async () =>
        {
            var outcome = await Acts.BeginAsync(
                new()
                {
                    Kind = kind,
                    Ids = [EntryId],
                    Text = _edited,
                },
                CancellationToken.None
            );
            Problem = outcome.ProblemWith("The message");
            _edited = Problem is null ? null : _edited;
            await ReloadAsync();
        });
    }
}
