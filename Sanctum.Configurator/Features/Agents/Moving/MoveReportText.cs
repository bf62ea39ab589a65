using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>A report of a move in Markdown, to be kept or sent.</summary>
internal static class MoveReportText
{
    public static string Of(MoveReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(report.IsDryRun ? "# Moving agents from V1 (dry run)" : "# Moving agents from V1").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"From {report.From}, {report.BeganAt:yyyy-MM-dd HH:mm:ss} to {report.EndedAt?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "now"} UTC. {Summary(report)}"
        );
        foreach (var agent in report.Agents)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {Plain(agent.Name)}").AppendLine();
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {TitleOf(agent.End)}: `{agent.Uid}`{(agent.NewUid is { } to ? $" → `{to}`" : "")}"
            );
            Add(text, agent.Model is { } model ? $"Model: {model}" : null);
            Add(text, agent.AgentId is { } id ? $"In the registry: agent {id}" : null);
            Add(text, agent.Problem);
            foreach (var lost in agent.Lost)
            {
                Add(text, $"Stays behind: {lost}");
            }

            foreach (var difference in agent.Differences)
            {
                Add(text, $"Differs: {difference.Title}");
            }
        }

        return text.ToString();
    }

    /// <summary>How many ended how, such as "3 moved, 1 failed."</summary>
    public static string Summary(MoveReport report) => Summary(report.Agents);

    public static string Summary(IReadOnlyList<MovedAgent> agents) =>
        string.Join(
            ", ",
            Enum.GetValues<MoveEnd>()
                .Select(end => (End: end, Count: agents.Count(agent => agent.End == end)))
                .Where(ended => ended.Count > 0)
                .Select(ended => string.Create(CultureInfo.InvariantCulture, $"{ended.Count} {TitleOf(ended.End).ToLowerInvariant()}"))
        ) + ".";

    /// <summary>How a move stands, in a few words.</summary>
    public static string StateOf(MoveRun run) =>
        run.State switch
        {
            RunOutcome.Running => run.IsCancelRequested ? "Stopping after the present agent" : "Moving",
            RunOutcome.Succeeded => "All agents were moved",
            RunOutcome.Cancelled => "It was stopped",
            RunOutcome.Lost => "The console stopped during it",
            _ => "Not all agents were moved",
        };

    public static string TitleOf(MoveEnd end) =>
        end switch
        {
            MoveEnd.WouldMove => "Would move",
            MoveEnd.Moved => "Moved",
            MoveEnd.MovedBefore => "Moved before",
            MoveEnd.Failed => "Failed",
            _ => "Not begun",
        };

    private static void Add(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {Plain(line)}");
        }
    }

    private static string Plain(string line) => line.ReplaceLineEndings(" ");
}
