using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Users;

/// <summary>Gives a user another password.</summary>
public sealed partial class PasswordDialog
{
    [Parameter, EditorRequired]
    public required UserRow User { get; set; }

    [Inject]
    public required UserService Users { get; init; }

    protected override string Thing => "user";

    protected override Task<Outcome<UserRow>> SaveAsync() => Users.ResetPasswordAsync(User.Id, Form, CancellationToken.None);

    protected override object Answer(UserRow saved) => $"The password of {User.UserName} was reset. All sessions were ended.";
}
