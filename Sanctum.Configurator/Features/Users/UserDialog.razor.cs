using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>Adds a user or changes one.</summary>
public sealed partial class UserDialog
{
    private static readonly IReadOnlyList<Choice<UserRole>> Roles =
    [
        new(UserRole.Viewer, "Viewer: reads"),
        new(UserRole.User, "User: reads, tests connections, creates API keys"),
        new(UserRole.Admin, "Administrator: everything"),
    ];

    private string _title = "";

    [Inject]
    public required UserService Users { get; init; }

    protected override string Thing => "user";

    /// <summary>What the chosen role does not bring by itself.</summary>
    private IReadOnlyList<string> Offered => [.. Permissions.All.Except(Permissions.OfRole(EnumText<UserRole>.Of(Form.Role)))];

    protected override void OnFilled() => _title = Form.Username;

    protected override Task<Outcome<UserRow>> SaveAsync() => Users.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(UserRow saved) => $"{saved.UserName} was saved.";

    protected override Task<UserForm?> FindTheirsAsync(UserRow current) => Task.FromResult<UserForm?>(current.ToForm());

    private void Grant(IList<string> permissions)
    {
        Form.Permissions = permissions;
        State.Context.NotifyFieldChanged(State.Context.Field(nameof(Form.Permissions)));
    }
}
