using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>The conversation with one agent, as it grows, and the ways out where the agent is stuck.</summary>
public sealed partial class TalkPanel : IDisposable
{
    private TalkSession? _session;
    private int? _shownId;

    [Parameter, EditorRequired]
    public required AgentRow Agent { get; set; }

    [Parameter, EditorRequired]
    public required TalkDraft Draft { get; set; }

    [Inject]
    public required AgentTalk Talk { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private TalkSession Session => _session!;

    private bool IsAppServer => Session.Shown.IsAppServer;

    /// <summary>Not known as long as the server has not been read.</summary>
    private string? Where =>
        IsAppServer ? "In a conversation of the console's own, named Console. The agent asks before it changes anything."
        : Session.IsRead && !Session.HasFailed ? "For a quick test. Messages stay in the agent's conversation."
        : null;

    public void Dispose() => _session?.Dispose();

    protected override async Task OnParametersSetAsync()
    {
        if (_shownId != Agent.Id)
        {
            _session?.Dispose();
            (_shownId, _session) = (Agent.Id, new(Agent, Talk, Clock, StateHasChanged));
            await ReadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Session.Shown.IsAnswering && !Session.IsBusy)
        {
            await Session.FollowAsync();
            StateHasChanged();
        }
    }

    private Task ReadAsync() => Agent.LettaUid is null ? Task.CompletedTask : Session.ReadAsync();

    private Task SendAsync() => Session.SendAsync(Draft);

    private async Task ResetAsync()
    {
        if (
            await Confirm.AskAsync(
                IsAppServer ? $"Begin a new conversation with {Agent.Name}?" : $"Reset the messages of {Agent.Name}?",
                IsAppServer
                    ? "A new conversation begins, and a pending approval is cancelled. The present one is archived on the App Server, which deletes nothing. The agent's memory stays."
                    : "The agent's conversation on the Letta server and its pending approval are deleted. Its memory blocks stay. This can't be undone.",
                IsAppServer ? "Begin a new conversation" : "Reset messages",
                nameToType: IsAppServer ? null : Agent.Name
            )
        )
        {
            await Session.ResetAsync();
        }
    }
}
