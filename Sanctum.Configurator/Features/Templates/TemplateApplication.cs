using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Makes a tool or declares an agent by a template.</summary>
public sealed class TemplateApplication(TemplateService templates, IEnumerable<ITemplateTarget> targets, CurrentUser caller)
{
    private const int LongestName = 255;
    private const int LongestWord = 64;
    private const int LongestType = 32;

    /// <param name="isDryRun">Only shows what would be made.</param>
    public async Task<Outcome<AppliedTemplate>> ApplyAsync(string id, ApplyForm form, bool isDryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<AppliedTemplate>.Invalid("", "You don't have permission to apply templates.");
        }

        if (await templates.FindAsync(id, cancel) is not { } view)
        {
            return new Outcome<AppliedTemplate>.NotFound();
        }

        var (content, problem) = TemplateContent.Read(view.Template.Kind, view.Content);
        if (content is null)
        {
            return new Outcome<AppliedTemplate>.Invalid("", $"This template can't be applied. {problem}");
        }

        var (values, open, reason) = ValuesFor(content, form);
        if (reason is not null)
        {
            return new Outcome<AppliedTemplate>.Invalid(nameof(form.Values), reason);
        }

        var part = content.Fill(values);
        if (WhyNot(content.Kind, part) is { } unfit)
        {
            return new Outcome<AppliedTemplate>.Invalid(nameof(form.Values), unfit);
        }

        var used = TemplateContent.TextsIn(content.Part).SelectMany(TemplateContent.NamesIn).ToHashSet();
        var asked = content
            .Variables.Where(variable => variable.Secret && used.Contains(variable.Name))
            .ToDictionary(variable => variable.Name, variable => open.GetValueOrDefault(variable.Name));
        return await targets.Single(target => target.Kind == content.Kind).MakeAsync(new(part, asked, form.AgentId), isDryRun, cancel);
    }

    /// <summary>What stands for each variable in the result, and the secrets apart; or what is missing.</summary>
    private static (IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Secrets, string? Problem) ValuesFor(
        TemplateContent content,
        ApplyForm form
    )
    {
        var given = form.Values ?? new Dictionary<string, string?>();
        var (values, secrets) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        if (given.Keys.Except(content.Variables.Select(variable => variable.Name)).ToList() is { Count: > 0 } unknown)
        {
            return (values, secrets, $"The template has no variable {string.Join(", ", unknown)}.");
        }

        string? ValueOf(TemplateVariable variable) =>
            given.GetValueOrDefault(variable.Name) is { } said && !string.IsNullOrWhiteSpace(said) ? said : variable.Default;
        if (
            content
                .Variables.Where(variable => variable.Required && string.IsNullOrWhiteSpace(ValueOf(variable)))
                .Select(variable => variable.Name)
                .ToList() is
            { Count: > 0 } open
        )
        {
            return (values, secrets, $"Fill in {string.Join(", ", open)}.");
        }

        foreach (var variable in content.Variables)
        {
            values[variable.Name] = variable.Secret ? SecretPlaceholder.Of(variable.Name) : ValueOf(variable) ?? "";
            if (variable.Secret && ValueOf(variable) is { Length: > 0 } secret)
            {
                secrets[variable.Name] = secret;
            }
        }

        return (values, secrets, null);
    }

    private static string? WhyNot(string kind, JsonObject part)
    {
        if (kind == TemplateContent.Agent)
        {
            var agent = TemplateContent.Typed<AgentPart>(part);
            return WhyName(agent.Name) ?? WhyLong("model", agent.Model, LongestName) ?? WhyLong("embedding", agent.Embedding, LongestName);
        }

        var tool = TemplateContent.Typed<ToolPart>(part);
        return WhyName(tool.Name)
            ?? WhyLong("emoji", tool.Emoji, LongestType)
            ?? WhyLong("category", tool.Category, LongestWord)
            ?? WhyLong("tool_type", tool.ToolType, LongestType);
    }

    private static string? WhyName(string name) =>
        string.IsNullOrWhiteSpace(name) ? "With these values, the name is empty." : WhyLong("name", name, LongestName);

    private static string? WhyLong(string what, string? text, int most) =>
        text?.Length > most ? $"With these values, the {what} has {text.Length} characters; the limit is {most}." : null;
}
