using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>Makes agents on the Letta server, and puts them into the registry at once.</summary>
public sealed partial class AgentCreation(SavedLetta letta, AgentWrites writes, AgentSync sync, ILogger<AgentCreation> log)
{
    /// <summary>What there is to choose from.</summary>
    public async Task<Outcome<AgentParts>> PartsAsync(CancellationToken cancel)
    {
        if (await writes.RefuseAsync<AgentParts>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            return new Outcome<AgentParts>.Ok(await PartsAsync(server, cancel));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<AgentParts>.Invalid("", AgentSync.Unread(why));
        }
    }

    public async Task<Outcome<NewlyMade>> CreateAsync(NewAgentForm form, bool isDryRun, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<NewlyMade>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<NewlyMade>.Invalid(reasons);
        }

        LettaAgent made;
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            if (Lacking(form, await PartsAsync(server, cancel)) is { Count: > 0 } lacking)
            {
                return new Outcome<NewlyMade>.Invalid(lacking);
            }

            if (isDryRun)
            {
                return new Outcome<NewlyMade>.Ok(new(null, null, form.Name!.Trim(), form.ToJson()));
            }

            made = await server.CreateAsync(form.ToJson(), CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<NewlyMade>.Invalid("", $"The agent was not created: {why}");
        }

        LogCreated(made.Id);
        var adopted = await AdoptAsync([made.Id]);
        return adopted is Outcome<AdoptResult>.Ok { Value.Ids: [var id] }
            ? new Outcome<NewlyMade>.Ok(new(id, made.Id, made.Name))
            : new Outcome<NewlyMade>.Invalid("", OnlyThere([made.Id], adopted));
    }

    /// <summary>Puts agents that have just been made into the registry, whatever becomes of the caller meanwhile.</summary>
    internal async Task<Outcome<AdoptResult>?> AdoptAsync(IReadOnlyList<string> uids)
    {
        try
        {
            return await sync.AdoptAsync(uids, (_, _) => { }, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogOnlyThere(e, string.Join(", ", uids));
            return null;
        }
    }

    /// <summary>What is on the server and not in the registry, and what to do about it.</summary>
    internal static string OnlyThere(IReadOnlyList<string> uids, Outcome<AdoptResult>? adopted) =>
        $"Created on the Letta server as {string.Join(", ", uids)}, but not added to the registry: "
        + $"{(adopted as Outcome<AdoptResult>.Invalid)?.Reasons.Values.First() ?? "it could not be saved. See the console's log for details."} Synchronise on the page Agents and adopt it there.";

    internal static async Task<AgentParts> PartsAsync(ILettaAgents server, CancellationToken cancel) =>
        new(server.Kind, await server.ModelsAsync(cancel), await server.EmbeddingsAsync(cancel), await server.ToolNamesAsync(cancel));

    /// <summary>Field → what the form names and the server does not have.</summary>
    internal static Dictionary<string, string> Lacking(NewAgentForm form, AgentParts there)
    {
        var reasons = new Dictionary<string, string>();
        if (form.Model.Length > 0 && !there.Models.Contains(form.Model))
        {
            reasons[nameof(form.Model)] = $"The Letta server has no model {form.Model}.";
        }

        if (form.Embedding.Length == 0 && there.Kind == LettaKind.V1)
        {
            reasons[nameof(form.Embedding)] = "Choose an embedding. A self-hosted server requires one.";
        }
        else if (there.Kind == LettaKind.AppServer)
        {
            return reasons;
        }
        else if (!there.Embeddings.Contains(form.Embedding))
        {
            reasons[nameof(form.Embedding)] = $"The Letta server has no embedding {form.Embedding}.";
        }

        if ((form.Tools ?? []).Except(there.Tools).ToList() is { Count: > 0 } missing)
        {
            reasons[nameof(form.Tools)] = $"The Letta server doesn't have these tools: {string.Join(", ", missing)}.";
        }

        return reasons;
    }

    [LoggerMessage(LogLevel.Information, "The agent {LettaUid} was created on the Letta server")]
    private partial void LogCreated(string lettaUid);

    [LoggerMessage(LogLevel.Error, "{LettaUids} are on the Letta server and could not be written into the registry")]
    private partial void LogOnlyThere(Exception exception, string lettaUids);
}
