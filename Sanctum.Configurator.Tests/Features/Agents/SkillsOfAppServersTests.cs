using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class SkillsOfAppServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_skill_is_enabled_by_folder_listed_and_disabled()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        world.Server.Skills.Add(
            new JsonObject
            {
                ["name"] = "browser-use",
                ["source"] = "bundled",
                ["path"] = "/letta/browser-use/SKILL.md",
            }
        );

        var made = AppServerWorld.Done(
            await world.CallAsync((AgentSkills skills) => skills.EnableAsync(id, new() { Path = " /skills/cooking " }, Cancel))
        );
        await world.SayAsync(id, "Hello");
        var listed = AppServerWorld.Done(await world.CallAsync((AgentSkills skills) => skills.ListAsync(id, Cancel)));
        AppServerWorld.Done(await world.CallAsync((AgentSkills skills) => skills.DisableAsync(id, "cooking", Cancel)));
        await world.SayAsync(id, "Hello again");
        var left = AppServerWorld.Done(await world.CallAsync((AgentSkills skills) => skills.ListAsync(id, Cancel)));

        Assert.Equal("cooking", made.Name);
        Assert.True(listed.IsKnown);
        Assert.Equal([("cooking", true), ("browser-use", false)], listed.Skills.Select(skill => (skill.Name, skill.CanBeDisabled)));
        Assert.Equal("browser-use", Assert.Single(left.Skills).Name);
        await using var registry = world.Registry.Open();
        Assert.Equal(
            ["enable skill", "disable skill"],
            registry.Changes.Where(change => change.Act.EndsWith("skill")).OrderBy(change => change.Id).Select(change => change.Act)
        );
    }

    [Fact]
    public async Task What_the_server_refuses_and_does_not_know_yet_is_said()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);

        var wrong = Assert.IsType<Outcome<SkillChange>.Invalid>(
            await world.CallAsync((AgentSkills skills) => skills.EnableAsync(id, new() { Path = "/nowhere" }, Cancel))
        );
        var none = Assert.IsType<Outcome<SkillChange>.Invalid>(
            await world.CallAsync((AgentSkills skills) => skills.EnableAsync(id, new(), Cancel))
        );

        Assert.Contains("Path does not exist: /nowhere", wrong.Reasons[""], StringComparison.Ordinal);
        Assert.Equal("Enter the folder of the skill.", none.Reasons["Path"]);
        Assert.False(AppServerWorld.Done(await world.CallAsync((AgentSkills skills) => skills.ListAsync(id, Cancel))).IsKnown);
    }

    /// <summary>An agent follows what a skill says and runs what lies beside it: who enables one, runs programs there.</summary>
    [Fact]
    public async Task Enabling_needs_every_permission()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var ute = await world.Registry.AddUserAsync("ute", UserRole.User);

        Assert.IsType<Outcome<SkillChange>.Invalid>(
            await world.CallAsync((AgentSkills skills) => skills.EnableAsync(id, new() { Path = "/skills/cooking" }, Cancel), ute)
        );

        Assert.Empty(world.Server.Skills);
    }
}
