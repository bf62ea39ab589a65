using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Users;

/// <summary>Who may sign in, and as what.</summary>
public sealed partial class UsersPage
{
    private IReadOnlyList<UserRow>? _users;
    private UserForm? _edited;
    private UserRow? _reset;
    private string? _notice;
    private bool _isBad;

    [Inject]
    public required UserService Users { get; init; }

    protected override async Task OnInitializedAsync() => _users = await Users.ListAsync(CancellationToken.None);

    private void Edit(UserRow? user) => (_edited, _reset, _notice) = (user?.ToForm() ?? new(), null, null);

    private void Reset(UserRow user) => (_edited, _reset, _notice) = (null, user, null);

    private async Task EndEditAsync(string? notice)
    {
        (_edited, _reset, _notice, _isBad) = (null, null, notice, false);
        _users = await Users.ListAsync(CancellationToken.None);
    }

    private async Task SignOutAsync(UserRow user)
    {
        (_notice, _isBad) = await Users.SignOutEverywhereAsync(user.Id, CancellationToken.None) switch
        {
            Outcome<UserRow>.Done => ($"{user.UserName} is signed out everywhere.", false),
            Outcome<UserRow>.Refused refused => (refused.Reasons.Values.First(), true),
            _ => ($"{user.UserName} is no longer there.", true),
        };
        _users = await Users.ListAsync(CancellationToken.None);
    }
}
