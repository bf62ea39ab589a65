using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Users;

/// <summary>Who can sign in, and with which role.</summary>
public sealed partial class UsersPage
{
    private DataTable<UserRow> _table = null!;
    private string? _problem;

    [Inject]
    public required UserService Users { get; init; }

    [Inject]
    public required LeftBehind Left { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    protected override void OnInitialized() => Watch(() => _table.ReloadAsync(), Tables.Users);

    private static Tone ToneOf(UserRow user) =>
        user switch
        {
            { IsActive: false } => Tone.Neutral,
            { LockedUntil: not null } or { HasPassword: false } => Tone.Warning,
            _ => Tone.Good,
        };

    private Task EditAsync(UserRow? user) => ShowAsync<UserDialog>(nameof(UserDialog.Form), user?.ToForm() ?? new());

    private Task ResetAsync(UserRow user) => ShowAsync<PasswordDialog>(nameof(PasswordDialog.User), user);

    /// <summary>The dialog saves; what it answers is what to say of it.</summary>
    private async Task ShowAsync<TDialog>(string parameter, object value)
        where TDialog : IComponent
    {
        _problem = null;
        if (await Dialogs.AskAsync<TDialog, string>(new Dictionary<string, object?> { [parameter] = value }) is { } done)
        {
            Notices.Say(done);
        }

        await _table.ReloadAsync();
    }

    private async Task SignOutAsync(UserRow user)
    {
        if (
            await Confirm.AskAsync(
                $"Sign {user.UserName} out everywhere?",
                "All sessions end within two seconds, including open pages. API keys remain valid.",
                "Sign out"
            )
        )
        {
            await TellAsync(user, await Users.SignOutEverywhereAsync(user.Id, CancellationToken.None), "is signed out everywhere");
        }
    }

    private async Task DeleteAsync(UserRow user)
    {
        _problem = null;
        var left = await Left.OfAsync(user.Id, Gone);
        var choice = left is { Kept.Count: > 0 } ? await AskAsync(user, left) : new() { IsDeleted = false };
        if (
            choice is { IsDeleted: { } withBelongings }
            && await Confirm.AskAsync(
                $"Delete {user.UserName} for good?",
                Warning(left, withBelongings),
                "Delete user",
                nameToType: user.UserName
            )
        )
        {
            await TellAsync(user, await Users.DeleteAsync(user.Id, CancellationToken.None, withBelongings), "was deleted");
        }
    }

    private Task<BelongingsForm?> AskAsync(UserRow user, UserBelongings left) =>
        Dialogs.AskAsync<BelongingsDialog, BelongingsForm>(
            new Dictionary<string, object?> { [nameof(BelongingsDialog.User)] = user, [nameof(BelongingsDialog.Belongings)] = left }
        );

    private static string Warning(UserBelongings? left, bool withBelongings) =>
        "The user's sessions and API keys are deleted too. The history keeps the name."
        + (
            left is not { Kept.Count: > 0 } ? ""
            : withBelongings ? $" {string.Join(" and ", left.Kept)} are deleted for good."
            : $" {string.Join(" and ", left.Kept)} are kept."
        );

    private async Task TellAsync(UserRow user, Outcome<UserRow> outcome, string done)
    {
        _problem = outcome.ProblemWith(user.UserName);
        if (_problem is null)
        {
            Notices.Say($"{user.UserName} {done}.");
        }

        await _table.ReloadAsync();
    }
}
