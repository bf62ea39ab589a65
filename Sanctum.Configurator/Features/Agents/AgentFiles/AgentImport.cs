using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>Makes agents of agent files on the Letta server, and puts them into the registry at once.</summary>
public sealed partial class AgentImport(SavedLetta letta, AgentWrites writes, AgentCreation creation, ILogger<AgentImport> log)
{
    /// <summary>The file as it arrives; null where it is too long.</summary>
    internal static async Task<byte[]?> HoldAsync(Stream content, CancellationToken cancel)
    {
        using var held = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0; )
        {
            held.Write(buffer, 0, read);
            if (held.Length > AgentFileReader.LongestFile)
            {
                return null;
            }
        }

        return held.ToArray();
    }

    /// <summary>What is in the file, and what of it the server has already. Nothing is written.</summary>
    public async Task<Outcome<ImportPreview>> PreviewAsync(ReadOnlyMemory<byte> file, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<ImportPreview>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        var reading = AgentFileReader.Read(file);
        if (reading is not Outcome<AgentFile>.Ok { Value: var read })
        {
            return new Outcome<ImportPreview>.Invalid(((Outcome<AgentFile>.Invalid)reading).Reasons);
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            return new Outcome<ImportPreview>.Ok(ImportPreview.Of(read, await AgentCreation.PartsAsync(server, cancel)));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<ImportPreview>.Invalid("", AgentSync.Unread(why));
        }
    }

    public async Task<Outcome<ImportedAgents>> ImportAsync(ReadOnlyMemory<byte> file, ImportForm form, CancellationToken cancel)
    {
        var previewed = await PreviewAsync(file, cancel);
        if (previewed is not Outcome<ImportPreview>.Ok { Value: var preview })
        {
            return new Outcome<ImportedAgents>.Invalid(((Outcome<ImportPreview>.Invalid)previewed).Reasons);
        }

        if (Refusal(form, preview) is { } refusal)
        {
            return refusal;
        }

        IReadOnlyList<string> uids;
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            uids = await server.ImportAsync(AgentFileReader.Plain(file)!.Value, WishesOf(form), CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<ImportedAgents>.Invalid("file", $"The file was not imported: {why}");
        }

        LogImported(uids.Count);
        var adopted = await creation.AdoptAsync(uids);
        return adopted is Outcome<AdoptResult>.Ok { Value.Ids: var ids }
            ? new Outcome<ImportedAgents>.Ok(new(ids, uids))
            : new Outcome<ImportedAgents>.Invalid("", AgentCreation.OnlyThere(uids, adopted));
    }

    private static Outcome<ImportedAgents>.Invalid? Refusal(ImportForm form, ImportPreview preview) =>
        preview.ExistingTools.Count > 0 && form.OverrideExistingTools is null
            ? new(
                nameof(form.OverrideExistingTools),
                $"The Letta server has {string.Join(", ", preview.ExistingTools)} already. Choose whether the file's source replaces the server's."
            )
        : !string.IsNullOrWhiteSpace(form.Name) && preview.File.Agents.Count > 1
            ? new(nameof(form.Name), "The file contains several agents, which can't all have the same name.")
        : preview.IsCarried && RefusalOfCarried(form, preview) is { } unfit ? unfit
        : form.Secrets.Keys.Except(preview.File.Blank).FirstOrDefault() is { } unknown
            ? new(nameof(form.Secrets), $"The file has no empty secret {unknown}.")
        : null;

    /// <summary>An App Server takes any name of a model without a word, so that the console must not.</summary>
    private static Outcome<ImportedAgents>.Invalid? RefusalOfCarried(ImportForm form, ImportPreview preview) =>
        form.Model.Length > 0 && !preview.There.Models.Contains(form.Model)
            ? new(nameof(form.Model), $"The Letta server has no model {form.Model}.")
        : form.Model.Length == 0 && preview.UnknownModels.Count > 0
            ? new(
                nameof(form.Model),
                preview.There.Models.Count == 0
                    ? "The Letta server offers no models. Connect a provider there first."
                    : $"{(preview.UnknownModels is [{ Length: > 0 } model] ? $"The Letta server doesn't offer {model}" : "The Letta server doesn't offer the models in the file")}. Choose one of its models."
            )
        : preview.There.Kind == LettaKind.V1 && !preview.There.Embeddings.Contains(form.Embedding)
            ? new(nameof(form.Embedding), "A V1 server requires an embedding, which the file doesn't have. Choose one.")
        : preview.There.Kind == LettaKind.AppServer && form.Secrets.Values.Any(value => !string.IsNullOrEmpty(value))
            ? new(nameof(form.Secrets), "An App Server takes no secrets with a file. Set them there afterwards.")
        : null;

    private static IEnumerable<KeyValuePair<string, string>> WishesOf(ImportForm form) =>
        new Dictionary<string, string?>
        {
            ["override_existing_tools"] = form.OverrideExistingTools == true ? "true" : "false",
            ["strip_messages"] = form.StripMessages ? "true" : "false",
            ["append_copy_suffix"] = "false",
            ["name"] = form.Name?.Trim(),
            ["model"] = form.Model,
            ["embedding"] = form.Embedding,
            ["secrets"] = form.Secrets.Where(secret => !string.IsNullOrEmpty(secret.Value)).ToDictionary() is { Count: > 0 } given
                ? JsonSerializer.Serialize(given)
                : null,
        }
            .Where(wish => !string.IsNullOrEmpty(wish.Value))
            .Select(wish => KeyValuePair.Create(wish.Key, wish.Value!));

    [LoggerMessage(LogLevel.Information, "{Agents} agents were imported on the Letta server")]
    private partial void LogImported(int agents);
}
