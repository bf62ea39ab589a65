using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Makes tools of pasted cURL commands.</summary>
public sealed partial class CurlTools(
    IDbContextFactory<RegistryDbContext> registries,
    ToolReader reader,
    ToolRules rules,
    InstanceSecrets secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<CurlTools> log
)
{
    private const int LongestCategory = 64;

    /// <summary>Shows what a command would become.</summary>
    public static Outcome<CurlPreview> Preview(CurlToolForm form)
    {
        var (read, reasons) = Read(form);
        if (read is null)
        {
            return new Outcome<CurlPreview>.Invalid(reasons);
        }

        var tool = CurlTool.Of(read);
        return new Outcome<CurlPreview>.Ok(new(tool.Call, tool.Missing, NotesOf(read)));
    }

    /// <summary>The request that a command makes, secrets and all: for whoever sent it.</summary>
    public static Outcome<CurlAnswer> Describe(CurlToolForm form)
    {
        var (read, reasons) = Read(form);
        if (read is null)
        {
            return new Outcome<CurlAnswer>.Invalid(reasons);
        }

        var request = read.Request;
        return new Outcome<CurlAnswer>.Ok(
            new(
                new(
                    request.Method,
                    request.Url,
                    [.. request.Headers.Select(header => (IReadOnlyList<string>)[header.Name, header.Value])],
                    request.Body?.Text,
                    request.Body is { Text: null } body ? Convert.ToBase64String(body.Bytes.Span) : null
                ),
                NotesOf(read)
            )
        );
    }

    /// <summary>Makes a tool, its instance and the instance's secrets of a command.</summary>
    public async Task<Outcome<ToolRow>> CreateAsync(CurlToolForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ToolRow>.Invalid("", ToolWrites.MayNot);
        }

        var (read, reasons) = Read(form);
        if (read is null)
        {
            return new Outcome<ToolRow>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = form.AgentId is { } agentId ? await registry.Agents.SingleOrDefaultAsync(a => a.Id == agentId, cancel) : null;
        if (form.AgentId is not null && agent is null)
        {
            return new Outcome<ToolRow>.Invalid(nameof(form.AgentId), "Agent not found.");
        }

        var made = CurlTool.Of(read);
        var name = string.IsNullOrWhiteSpace(form.Name) ? HttpExecutor.NameOf(made.Call) : form.Name.Trim();
        var category = agent?.Name.ToLowerInvariant() is { } whose ? whose[..Math.Min(whose.Length, LongestCategory)] : ToolReader.Master;
        var config = (JsonObject)JsonNode.Parse(made.Call.ToJson())!;
        if (rules.Check(new(name, form.Emoji, null, category, "service", null, config), made.Secrets) is { Count: > 0 } unfit)
        {
            return new Outcome<ToolRow>.Invalid(nameof(form.Command), string.Join(" ", unfit.Select(each => $"{each.Key}: {each.Value}")));
        }

        var now = clock.GetUtcNow();
        await registry.BeginWritingAsync(cancel);
        var tool = new Tool
        {
            Name = name,
            Emoji = string.IsNullOrWhiteSpace(form.Emoji) ? null : form.Emoji.Trim(),
            Category = category,
            ToolType = "service",
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(tool);
        await registry.SaveChangesAsync(cancel);
        var instance = new ToolInstance
        {
            ToolId = tool.Id,
            AgentId = agent?.Id,
            Name = name,
            Config = made.Call.ToJson(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(instance);
        await registry.SaveChangesAsync(cancel);
        await secrets.WriteAsync(
            registry,
            instance,
            made.Call.Secrets.ToDictionary(secret => secret, made.Secrets.GetValueOrDefault),
            cancel
        );
        await registry.CommitWritingAsync(cancel);
        LogCreated(tool.Id);
        return new Outcome<ToolRow>.Ok((await reader.RowsAsync(registry, [tool], cancel))[0]);
    }

    private static (CurlReading.Understood? Read, IReadOnlyDictionary<string, string> Reasons) Read(CurlToolForm form)
    {
        var reasons = FormRules.Check(form);
        if (reasons.Count > 0)
        {
            return (null, reasons);
        }

        var reading = CurlReading.Read(form.Command);
        if (reading is CurlReading.Refused refused)
        {
            reasons[nameof(form.Command)] = $"{refused.Reason} (at character {refused.Position})";
        }

        return (reading as CurlReading.Understood, reasons);
    }

    private static List<string> NotesOf(CurlReading.Understood read)
    {
        var notes = read.Unsupported.ToList();
        var manners = read.Request.Manners;
        if (manners.Insecure)
        {
            notes.Add(
                "--insecure is ignored, because the console always verifies certificates. Add your own authority to Outbound:TrustedCertificates."
            );
        }

        if (manners.Timeout > ToolRunner.LongestRun)
        {
            notes.Add("The time limit was reduced to one hour, the maximum.");
        }

        if (manners.FollowRedirects && manners.MaxRedirects is not null)
        {
            notes.Add("--max-redirs is ignored. Up to ten redirects are followed.");
        }

        return notes;
    }

    [LoggerMessage(LogLevel.Information, "Tool {ToolId} was created from a cURL command")]
    private partial void LogCreated(int toolId);
}
