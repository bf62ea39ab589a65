using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>One message: all of it, and what became of it.</summary>
public sealed partial class MessageCard
{
    private MessageView? _view;
    private string? _problem;

    [Parameter, EditorRequired]
    public required int Id { get; set; }

    [Parameter, EditorRequired]
    public required string CloseUrl { get; set; }

    [Inject]
    public required MessageReader Messages { get; init; }

    protected override object LoadKey => Id;

    protected override void OnInitialized() => Watch(MessageLabels.ShownTables);

    protected override async Task ReadAsync(CancellationToken cancel) => (_view, _problem) = (await Messages.FindAsync(Id, cancel), null);
}
