using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.AppServers;

/// <summary>What only an agent of an App Server has.</summary>
internal static class AppServerEndpoints
{
    public static void Map(LazyGroup agents)
    {
        agents
            .MapGet(
                "/{id:int}/memory",
                async (int id, AgentMemory memory, CancellationToken cancel) => Answers.Of(await memory.FilesAsync(id, cancel))
            )
            .WithSummary("The files of an agent's memory on an App Server");
        agents
            .MapGet(
                "/{id:int}/memory/history",
                async (int id, AgentMemory memory, CancellationToken cancel) => Answers.Of(await memory.HistoryAsync(id, cancel))
            )
            .WithSummary("The changes of an agent's memory on an App Server, newest first");
        agents
            .MapGet(
                "/{id:int}/memory/history/{sha}",
                async (int id, string sha, AgentMemory memory, CancellationToken cancel) =>
                    Answers.Of(await memory.DifferenceAsync(id, sha, cancel))
            )
            .WithSummary("What a change of an agent's memory did, as a unified difference");
        agents
            .MapGet(
                "/{id:int}/conversations",
                async (int id, AgentConversations conversations, CancellationToken cancel) =>
                    Answers.Of(await conversations.ListAsync(id, cancel))
            )
            .WithSummary("The conversations of an agent on an App Server, with the permission mode of each");
        agents
            .MapPut(
                "/{id:int}/conversations/{conversation}/mode",
                async (
                    int id,
                    string conversation,
                    ConversationModeForm form,
                    AgentConversations conversations,
                    CancellationToken cancel
                ) => Answers.Of(await conversations.SetModeAsync(id, conversation, form, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Sets a conversation to the mode standard, in which the agent asks before it runs a tool")
            .CannotBeTried();
        agents
            .MapGet(
                "/{id:int}/schedules",
                async (int id, AgentSchedules schedules, CancellationToken cancel) => Answers.Of(await schedules.ListAsync(id, cancel))
            )
            .WithSummary("The schedules that an App Server keeps for an agent");
        agents
            .MapPost(
                "/{id:int}/schedules",
                async (int id, AgentScheduleForm form, AgentSchedules schedules, CancellationToken cancel) =>
                    Answers.Of(await schedules.AddAsync(id, form, cancel))
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary("Adds a schedule for an agent on an App Server, whose runs ask nobody before they use tools")
            .CannotBeTried();
        agents
            .MapPost(
                "/{id:int}/schedules/{schedule}/{act}",
                async (int id, string schedule, string act, AgentSchedules schedules, CancellationToken cancel) =>
                    Answers.Of(await schedules.ActAsync(id, schedule, act, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Acts on a schedule on an App Server; act is pause, resume, trigger or delete")
            .CannotBeTried();
        agents
            .MapGet(
                "/{id:int}/skills",
                async (int id, AgentSkills skills, CancellationToken cancel) => Answers.Of(await skills.ListAsync(id, cancel))
            )
            .WithSummary("The skills that an agent has on an App Server, known once this console has heard it answer");
        agents
            .MapPost(
                "/{id:int}/skills",
                async (int id, SkillForm form, AgentSkills skills, CancellationToken cancel) =>
                    Answers.Of(await skills.EnableAsync(id, form, cancel))
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary("Enables a skill for all agents of the App Server; path is its folder on the server's machine")
            .CannotBeTried();
        agents
            .MapDelete(
                "/{id:int}/skills/{name}",
                async (int id, string name, AgentSkills skills, CancellationToken cancel) =>
                    Answers.Of(await skills.DisableAsync(id, name, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Disables a skill that was enabled for all agents of the App Server; its files stay")
            .CannotBeTried();
    }
}
