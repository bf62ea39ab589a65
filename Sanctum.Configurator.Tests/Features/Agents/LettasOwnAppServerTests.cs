using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>The same beside Letta's own App Server, where it is installed.</summary>
public sealed class LettasOwnAppServerTests(RealAppServer server) : IClassFixture<RealAppServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("You carry messages.")]
    [InlineData(null)]
    public async Task An_agent_is_created_changed_pushed_and_deleted(string? prompt)
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var form = NewAgentForm.Fresh();
        (form.Name, form.Model, form.System, form.Tags) = ("Hermes", RealAppServer.Model, prompt, ["home"]);
        (form.Blocks[0].Value, form.Blocks[1].Value) = ("I am swift: “yes”.\n\nTruly.", "A person.");

        var id = AppServerWorld
            .Done(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel)))
            .Id!.Value;
        Assert.Empty((await world.ComparedAsync(id)).Fields);
        var declared = DeclaredAgent.Of(await world.RowAsync(id));
        Assert.Equal(("Hermes", "home"), (declared.Name, Assert.Single(declared.Tags!)));
        Assert.Equal("I am swift: “yes”.\n\nTruly.", declared.Blocks!["persona"]);
        Assert.True(declared.System!.Length > 10);

        await world.ChangeAsync(
            id,
            agent =>
            {
                var config = AgentConfig.Of(agent.Config);
                config.Set(new SortedDictionary<string, string> { ["persona"] = "I am slow.", ["human"] = "Two persons\n- one\n- two" });
                config.Set(AgentConfig.Tags, ["away"]);
                config.WriteTo(agent);
            }
        );
        Assert.Equal(3, (await world.ComparedAsync(id)).Fields.Count);
        AppServerWorld.Done(await world.CallAsync((AgentExchange exchange) => exchange.PushAsync(id, null, null, Cancel)));
        Assert.Empty((await world.ComparedAsync(id)).Fields);
        Assert.NotEmpty(AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.HistoryAsync(id, Cancel))));

        AppServerWorld.Done(await world.CallAsync((AgentRemoval removal) => removal.DeleteAsync(id, null, false, Cancel)));
        Assert.DoesNotContain((await world.SynchronisedAsync()).New, agent => agent.Name == "Hermes");
    }

    /// <summary>What people have had trouble with elsewhere: each is written and read back, but for blanks around it and ends of lines.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(" leading and trailing ")]
    [InlineData("two lines at the end\n\n")]
    [InlineData("\n\nat the beginning")]
    [InlineData("---\ndescription: another\n---\nlike front matter")]
    [InlineData("a: b # no comment")]
    [InlineData("Windows\r\nlines")]
    [InlineData("tabs\tand \u00e9\u4f60\ud83d\ude80")]
    [InlineData("{\"json\": [1, 2]}")]
    [InlineData("<system-reminder>quoted</system-reminder>")]
    public async Task A_block_is_pushed_as_it_is(string value)
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var form = NewAgentForm.Fresh();
        (form.Name, form.Model, form.System) = ("Odd", RealAppServer.Model, "You answer.");
        (form.Blocks[0].Value, form.Blocks[1].Value) = ("first", "first");
        var id = AppServerWorld
            .Done(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel)))
            .Id!.Value;
        await world.ChangeAsync(
            id,
            agent =>
            {
                var config = AgentConfig.Of(agent.Config);
                config.Set(new SortedDictionary<string, string> { ["persona"] = value, ["human"] = "first" });
                config.Set(AgentConfig.System, $"You answer.{value}");
                config.Set(AgentConfig.Description, $"It answers.{value}");
                config.WriteTo(agent);
            }
        );

        AppServerWorld.Done(await world.CallAsync((AgentExchange exchange) => exchange.PushAsync(id, null, null, Cancel)));

        Assert.Empty((await world.ComparedAsync(id)).Fields);
        var live = (await world.ComparedAsync(id)).Live!.Is;
        Assert.Equal(value.ReplaceLineEndings("\n").Trim(), live.Blocks!["persona"]);
        Assert.Equal($"You answer.{value}", live.System);
        AppServerWorld.Done(await world.CallAsync((AgentRemoval removal) => removal.DeleteAsync(id, null, false, Cancel)));
    }

    [Fact]
    public async Task An_agent_answers_asks_and_goes_on()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var form = NewAgentForm.Fresh();
        (form.Name, form.Model, form.System) = ("Athena", RealAppServer.Model, "You answer.");
        var id = AppServerWorld
            .Done(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel)))
            .Id!.Value;

        Assert.Contains(await world.SayAsync(id, "Hello"), message => message.Text == "Hello from mock");
        await world.SayAsync(id, """CALL Bash {"command":"touch made.txt","description":"makes a file"} END""");
        var read = await world.ReadAsync(id);
        Assert.Equal("Bash", Assert.Single(read.Pending!.Calls).Name);
        var denied = await world.DecideAsync(id, false, "Not today.");
        Assert.Contains(denied, message => message.Kind == LettaMessageKind.ToolReturn);

        await world.SayAsync(id, """CALL Bash {"command":"touch made.txt","description":"makes a file"} END""");
        var allowed = await world.DecideAsync(id, true);
        Assert.Contains(allowed, message => message.Kind == LettaMessageKind.ToolReturn && !message.IsBad);
        read = await world.ReadAsync(id);
        Assert.Equal((null, false), (read.Pending, read.IsAnswering));
        Assert.DoesNotContain(read.Messages, message => message.Text.Contains("system-reminder", StringComparison.Ordinal));
        var conversations = AppServerWorld.Done(await world.CallAsync((AgentConversations all) => all.ListAsync(id, Cancel)));
        Assert.False(Assert.Single(conversations, conversation => conversation.Title == "Console").IsUnasked);
    }

    [Fact]
    public async Task Schedules_and_models_are_there()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var form = NewAgentForm.Fresh();
        (form.Name, form.Model, form.System) = ("Monday", RealAppServer.Model, "You answer.");
        var id = AppServerWorld
            .Done(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel)))
            .Id!.Value;

        var made = AppServerWorld.Done(
            await world.CallAsync(
                (AgentSchedules schedules) =>
                    schedules.AddAsync(
                        id,
                        new()
                        {
                            Name = "morning",
                            Cron = "0 9 * * *",
                            TimeZone = "Europe/Berlin",
                            Prompt = "Good morning",
                        },
                        Cancel
                    )
            )
        );
        AppServerWorld.Done(await world.CallAsync((AgentSchedules schedules) => schedules.ActAsync(id, made.Id, "pause", Cancel)));
        var kept = Assert.Single(AppServerWorld.Done(await world.CallAsync((AgentSchedules schedules) => schedules.ListAsync(id, Cancel))));
        Assert.Equal(("morning", "paused"), (kept.Name, kept.Status));
        AppServerWorld.Done(await world.CallAsync((AgentSchedules schedules) => schedules.ActAsync(id, made.Id, "delete", Cancel)));
        Assert.Empty(AppServerWorld.Done(await world.CallAsync((AgentSchedules schedules) => schedules.ListAsync(id, Cancel))));

        var models = AppServerWorld.Done(await world.CallAsync((LettaModels all) => all.ListAsync(Cancel)));
        Assert.Contains(models, model => model.Handle == RealAppServer.Model && model.ContextWindow == 128000);
        var provider = AppServerWorld.Done(await world.CallAsync((LettaModels all) => all.ProvidersAsync(Cancel)))[0];
        Assert.Equal(("lmstudio", true), (provider.Id, provider.IsConnected));
    }
}
