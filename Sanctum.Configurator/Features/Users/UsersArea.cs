using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Users;

/// <summary>The people on the Overview of a new installation.</summary>
internal sealed class UsersArea(UserService users) : IOverviewArea
{
    private const string Why = "Give each person their own account and role.";

    public string Title => "Users";

    public string Url => Urls.Users;

    public string Icon => "user";

    public int Order => 80;

    public string Policy => Policies.ManageUsers;

    public bool HasTile => false;

    public IReadOnlyCollection<string>? Follows => [Tables.Users];

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var hasOthers = (await users.PageAsync(new(0, 1), cancel)).Total > 1;
        return new() { Steps = [new("Add users", Why, Urls.Users, hasOthers, Policies.ManageUsers) { IsOptional = true }] };
    }
}
