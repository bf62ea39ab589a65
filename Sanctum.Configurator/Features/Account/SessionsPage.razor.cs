using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Account;

/// <summary>A person's own sessions. Revoking this one leads to the log-in page, as it does everywhere else.</summary>
public sealed partial class SessionsPage : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _changes;
    private IReadOnlyList<SessionRow>? _sessions;
    private int _userId;
    private int _ownId;
    private string? _notice;
    private bool _isBusy;

    [Inject]
    public required SessionService Sessions { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    [Inject]
    public required ChangeFeed Changes { get; init; }

    public void Dispose()
    {
        _changes?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _userId = Reader.Id ?? 0;
        _ownId = Reader.Principal.SessionId() ?? 0;
        _changes = Changes.Subscribe(change => change.Tables.Contains("user_sessions") ? InvokeAsync(ReloadAsync) : Task.CompletedTask);
        _sessions = await Sessions.ListAsync(_userId, _gone.Token);
    }

    private async Task ReloadAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            _sessions = await Sessions.ListAsync(_userId, CancellationToken.None);
            StateHasChanged();
        }
    }

    private Task RevokeAsync(int sessionId) => ActAsync(async () =>
        _notice = await Sessions.EndAsync(_userId, sessionId, CancellationToken.None) is Outcome<int>.Missing ? "That session had ended already." : null);

    private Task RevokeOthersAsync() => ActAsync(() => Sessions.EndOthersAsync(_userId, _ownId, CancellationToken.None));

    private async Task ActAsync(Func<Task> act)
    {
        _isBusy = true;
        try
        {
            await act();
            await ReloadAsync();
        }
        finally
        {
            _isBusy = false;
        }
    }
}
