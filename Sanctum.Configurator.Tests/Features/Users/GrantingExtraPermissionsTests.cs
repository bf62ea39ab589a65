using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Users;

public sealed class GrantingExtraPermissionsTests : KitContext
{
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_goes_beyond_the_role_is_stored_and_the_history_tells_it(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));

        var done = Assert.IsType<Outcome<UserRow>.Ok>(await GrantAsync(registry, root, ada, Policies.RevealSecrets, Policies.ReadSettings));

        Assert.Equal([Policies.RevealSecrets], done.Value.Permissions);
        await using var context = registry.Open();
        var now = await context.Users.SingleAsync(u => u.Id == ada.Id, Cancel);
        Assert.Equal("""["secrets:reveal"]""", now.Permissions);
        Assert.Contains(Policies.RevealSecrets, User.PermissionsOf(now.Role, now.Permissions));
        var record = await context.Changes.OrderBy(c => c.Id).LastAsync(Cancel);
        Assert.Equal(("root", "update", "users"), (record.Actor, record.Act, record.TableName));
        Assert.Contains("secrets:reveal", record.After, StringComparison.Ordinal);

        Assert.IsType<Outcome<UserRow>.Ok>(await GrantAsync(registry, root, ada));
        await using var later = registry.Open();
        Assert.Null((await later.Users.SingleAsync(u => u.Id == ada.Id, Cancel)).Permissions);
    }

    [Fact]
    public async Task A_permission_that_does_not_exist_is_named()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));

        var refused = Assert.IsType<Outcome<UserRow>.Invalid>(await GrantAsync(registry, root, ada, "secrets:sell"));

        Assert.StartsWith("Unknown permission secrets:sell.", refused.Reasons[nameof(UserForm.Permissions)], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Names_that_other_programs_stored_for_themselves_stay(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var ada = await registry.AddUserAsync("ada", permissions: """["thalamus:dream","letta:test"]""");

        Assert.IsType<Outcome<UserRow>.Ok>(await GrantAsync(registry, root, ada, Policies.WriteSettings));

        await using var context = registry.Open();
        Assert.Equal(
            """["settings:write","thalamus:dream"]""",
            (await context.Users.SingleAsync(u => u.Id == ada.Id, Cancel)).Permissions?.Replace(" ", "", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Nobody_grants_what_he_has_not_and_nobody_lets_himself_in_as_somebody_who_has_it()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var keeper = await registry.AddUserAsync("keeper", permissions: """["users:manage"]""");
        var ada = await registry.AddUserAsync("ada");
        var eve = await registry.AddUserAsync("eve", permissions: """["secrets:reveal"]""");

        foreach (var user in new[] { keeper, ada })
        {
            var refused = Assert.IsType<Outcome<UserRow>.Invalid>(await GrantAsync(registry, keeper, user, Policies.RevealSecrets));
            Assert.Contains(Policies.RevealSecrets, refused.Reasons[nameof(UserForm.Permissions)], StringComparison.Ordinal);
        }

        await using var scope = await registry.CallAsAsync(keeper);
        Assert.IsType<Outcome<UserRow>.Invalid>(
            await scope
                .ServiceProvider.GetRequiredService<UserService>()
                .ResetPasswordAsync(eve.Id, new() { Password = "eleven purple bicycles" }, Cancel)
        );
        Assert.IsType<Outcome<UserRow>.Ok>(await GrantAsync(registry, keeper, ada, Policies.ManageUsers));
    }

    [Fact]
    public async Task The_dialog_offers_what_the_role_does_not_bring_and_saves_what_is_chosen()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var vera = await registry.AddUserAsync("vera", UserRole.Viewer, permissions: """["letta:test"]""");
        await using var scope = await registry.CallAsAsync(root);
        var users = scope.ServiceProvider.GetRequiredService<UserService>();
        Services.AddSingleton(users);
        await ShowAsync<UserDialog>((nameof(UserDialog.Form), RowOf(vera).ToForm()));
        var dialog = Overlays;

        Assert.Equal(
            [
                "settings:write",
                "secrets:reveal",
                "letta:test",
                "users:manage",
                "keys:manage",
                "backups:make",
                "backups:download",
                "backups:restore",
                "registry:operate",
                "registry:write",
                "logs:write",
                "logs:manage",
                "messages:read",
                "messages:send",
                "messages:operate",
                "messages:manage",
                "conversations:use",
            ],
            Offered(dialog)
        );
        Assert.True(Field(dialog, "letta:test").HasAttribute("checked"));
        Choose(dialog, "Role", "Administrator: everything");
        dialog.WaitForAssertion(() => Assert.Empty(Offered(dialog)));
        Assert.Contains("An administrator has every permission.", dialog.Markup, StringComparison.Ordinal);
        Choose(dialog, "Role", "User: reads, tests connections, creates API keys");
        dialog.WaitForAssertion(() =>
            Assert.Equal(
                [
                    "settings:write",
                    "secrets:reveal",
                    "users:manage",
                    "backups:download",
                    "backups:restore",
                    "registry:write",
                    "logs:write",
                    "logs:manage",
                    "messages:manage",
                ],
                Offered(dialog)
            )
        );

        Field(dialog, "settings:write").Change(true);
        await dialog.Find("form").SubmitAsync();

        await using var context = registry.Open();
        var now = await context.Users.SingleAsync(u => u.Id == vera.Id, Cancel);
        Assert.Equal((UserRole.User, """["settings:write"]"""), (now.Role, now.Permissions));

        UserRow RowOf(User user) => UserRow.Of(user, registry.Clock.GetUtcNow());
    }

    private static IEnumerable<string> Offered(IRenderedComponent<Overlays> dialog) =>
        dialog.FindAll(".choices label").Select(label => label.TextContent.Trim());

    private static async Task<Outcome<UserRow>> GrantAsync(TestRegistry registry, User caller, User user, params string[] permissions)
    {
        await using var scope = await registry.CallAsAsync(caller);
        var users = scope.ServiceProvider.GetRequiredService<UserService>();
        var form = (await users.FindAsync(user.Id, Cancel))!.ToForm();
        form.Permissions = [.. permissions];
        return await users.SaveAsync(form, Cancel);
    }
}
