using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Account;

/// <summary>A person's own sessions. Revoking this one leads to the log-in page, as it does everywhere else.</summary>
public sealed partial class SessionsPage
{
    private IReadOnlyList<SessionRow>? _sessions;
    private int _userId;
    private int _ownId;
    private string? _notice;

    [Inject]
    public required SessionService Sessions { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    protected override void OnInitialized()
    {
        (_userId, _ownId) = (Reader.Id ?? 0, Reader.Principal.SessionId() ?? 0);
        Watch(Tables.UserSessions);
    }

    protected override async Task ReadAsync(CancellationToken cancel) => _sessions = await Sessions.ListAsync(_userId, cancel);

    private Task RevokeAsync(int sessionId) =>
        ActAsync(async () =>
            _notice =
                await Sessions.EndAsync(_userId, sessionId, CancellationToken.None) is Outcome<int>.NotFound
                    ? "This session has already ended."
                    : null
        );

    private Task RevokeOthersAsync() => ActAsync(() => Sessions.EndOthersAsync(_userId, _ownId, CancellationToken.None));

    private async Task ActAsync(Func<Task> act)
    {
        await WorkAsync(async () =>
        {
            await act();
            await ReloadAsync();
        });
    }
}
