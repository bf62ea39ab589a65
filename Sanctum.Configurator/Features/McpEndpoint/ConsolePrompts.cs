using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>Questions that people ask again and again.</summary>
internal static class ConsolePrompts
{
    private const string LastNight = "what_failed_last_night";

    public static ListPromptsResult List() =>
        new()
        {
            Prompts =
            [
                new()
                {
                    Name = LastNight,
                    Title = "What failed last night?",
                    Description = "Reads what failed in the last 24 hours, says why, and what to do about it.",
                },
            ],
        };

    public static GetPromptResult Get(string? name) =>
        name == LastNight
            ? new()
            {
                Description = "What failed last night?",
                Messages =
                [
                    new()
                    {
                        Role = Role.User,
                        Content = new TextContentBlock
                        {
                            Text =
                                $"What failed in Sanctum in the last 24 hours? Call {ConsoleTools.Failures}. Group what has one cause, and for each cause "
                                + "say what failed, since when, why (read the run or the log lines around it), and how to mend it. Where a change in the "
                                + $"console would mend it and {ConsoleTools.Propose} is among your tools, propose it with the reason. If nothing failed, say so in one line.",
                        },
                    },
                ],
            }
            : throw new McpProtocolException($"There is no prompt {name}.", McpErrorCode.InvalidParams);
}
