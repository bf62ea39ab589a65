using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>Writes to a person in an agent's stead.</summary>
public sealed partial class SendDialog
{
    private IReadOnlyList<SendRoute>? _routes;
    private int _at;

    [Parameter, EditorRequired]
    public required int PersonId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required MessageActs Acts { get; init; }

    protected override string Thing => "person";

    protected override async Task OnFilledAsync()
    {
        _routes ??= await Acts.RoutesAsync(PersonId, Closed);
        _at = Math.Max(0, _routes.ToList().FindIndex(route => route.Problem is null));
    }

    protected override Task<Outcome<MessageView>> SaveAsync()
    {
        (Form.ChannelId, Form.ProfileId) = (_routes![_at].ChannelId, _routes[_at].ProfileId);
        return Acts.SendAsync(PersonId, Form, CancellationToken.None);
    }
}
