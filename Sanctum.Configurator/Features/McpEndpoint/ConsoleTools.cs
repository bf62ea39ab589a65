using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpEndpoint.Operations;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>
/// The tools as they are listed: a handful by which everything is found and called, and those of the areas that the client asks for by
/// themselves.
/// </summary>
internal static class ConsoleTools
{
    public const string Find = "find_operations";
    public const string Read = "read_operation";
    public const string Propose = "propose_change";
    public const string Change = "change_operation";
    public const string Status = "proposal_status";
    public const string Failures = "last_failures";
    public const string Guide = "read_guide";

    /// <summary>More tools at once than this are refused by the strictest clients.</summary>
    public const int Most = 100;

    public const string Reason = "reason";
    private const string Of = "operation";
    private const string With = "arguments";
    private const string OnlyTried = "dry_run";

    private const string NameOfOne = "The name of the operation, as find_operations says it.";
    private const string ArgumentsOfOne = "What it takes, as find_operations says it.";
    private const string WhyText = "Why, for the person who decides: what is wrong now, and what this mends.";

    public static IEnumerable<Tool> Fixed(McpWrites writes) =>
        new[]
        {
            Tool(
                Find,
                "Find operations",
                "Finds operations of the console by words, and says what each takes. Without a query it lists the areas and all names. Start here.",
                new() { ["query"] = Text("Words such as \"failed runs\", or the exact name of an operation.") },
                [],
                Reading
            ),
            Tool(
                Read,
                "Read",
                "Calls an operation that reads. It changes nothing.",
                new() { [Of] = Text(NameOfOne), [With] = Free(ArgumentsOfOne) },
                [Of],
                Reading
            ),
            Tool(
                Failures,
                "Last failures",
                "What failed in a span of time: runs of jobs, errors in the logs, connection tests and backups. Without times: the last 24 hours.",
                new()
                {
                    ["from"] = Text(
                        "ISO 8601 with any offset, such as 2027-01-31T18:00:00Z or 2027-01-31T19:00:00+01:00; UTC without one."
                    ),
                    ["to"] = Text("ISO 8601; now where it is left out."),
                },
                [],
                Reading
            ),
            Tool(
                Guide,
                "Read the guide",
                "A page of the console's own guide. Without a page it lists them.",
                new() { ["page"] = Text("Such as backups.") },
                [],
                Reading
            ),
        }.Concat(
            writes switch
            {
                McpWrites.Propose =>
                [
                    Tool(
                        Propose,
                        "Propose a change",
                        "Proposes an operation that writes. It is tried first, and its difference shown to a person, who approves or rejects it in the console. Nothing changes before that.",
                        new()
                        {
                            [Of] = Text(NameOfOne),
                            [With] = Free(ArgumentsOfOne),
                            [Reason] = Text(WhyText),
                        },
                        [Of, Reason],
                        Proposing
                    ),
                    Tool(
                        Status,
                        "State of a proposal",
                        "What has become of a proposal of yours. Without an id it lists the newest.",
                        new()
                        {
                            ["id"] = new JsonObject { ["type"] = "integer", ["description"] = "The number that propose_change answered." },
                        },
                        [],
                        Reading
                    ),
                ],
                McpWrites.Allowed =>
                [
                    Tool(
                        Change,
                        "Change",
                        "Calls an operation that writes, at once. Try it with dry_run first where the operation offers it. The history of the console keeps the change, where a person can undo it.",
                        new()
                        {
                            [Of] = Text(NameOfOne),
                            [With] = Free(ArgumentsOfOne),
                            [OnlyTried] = new JsonObject { ["type"] = "boolean", ["description"] = "Only answers with what would change." },
                        },
                        [Of],
                        new()
                        {
                            ReadOnlyHint = false,
                            DestructiveHint = true,
                            OpenWorldHint = true,
                        }
                    ),
                ],
                _ => [],
            }
        );

    /// <summary>An operation as a tool of its own.</summary>
    public static Tool OfOperation(ApiOperation operation, McpWrites writes)
    {
        var schema = operation.Input.DeepClone().AsObject();
        var isProposed = !operation.IsRead && writes == McpWrites.Propose;
        if (isProposed)
        {
            schema["properties"]![Reason] = Text(WhyText);
            var needed = schema["required"]?.AsArray() ?? [];
            needed.Add(Reason);
            schema["required"] = needed.Parent is null ? needed : needed.DeepClone();
        }

        return new()
        {
            Name = operation.Name,
            Description = isProposed ? $"Proposes it; a person approves. {operation.Does}" : operation.Does,
            InputSchema = JsonSerializer.SerializeToElement(schema),
            Annotations =
                operation.IsRead ? Reading
                : isProposed ? Proposing
                : new()
                {
                    ReadOnlyHint = false,
                    DestructiveHint = operation.Method is "DELETE" or "PUT" || !operation.OffersTrial,
                    IdempotentHint = operation.Method is "DELETE" or "PUT",
                    OpenWorldHint = !operation.OffersTrial,
                },
        };
    }

    private static ToolAnnotations Reading => new() { ReadOnlyHint = true, OpenWorldHint = false };

    private static ToolAnnotations Proposing =>
        new()
        {
            ReadOnlyHint = false,
            DestructiveHint = false,
            IdempotentHint = true,
            OpenWorldHint = false,
        };

    public static async Task<CallToolResult> CallAsync(AgentCalls calls, string name, JsonObject given, CancellationToken cancel)
    {
        switch (name)
        {
            case Find:
                var all = await calls.OperationsAsync();
                return ToolAnswer.Of(
                    ToolArguments.TextIn(given, "query") is { Length: > 0 } query
                        ? OperationSearch.Find(all, query)
                        : OperationSearch.Index(all)
                );
            case Read:
                return await calls.ReadAsync(
                    await calls.FindAsync(ToolArguments.TextIn(given, Of)),
                    ToolArguments.ObjectIn(given, With),
                    cancel
                );
            case Propose when calls.Writes == McpWrites.Propose:
                return await calls.ProposeAsync(
                    await calls.FindAsync(ToolArguments.TextIn(given, Of)),
                    ToolArguments.ObjectIn(given, With),
                    ToolArguments.TextIn(given, Reason),
                    cancel
                );
            case Change when calls.Writes == McpWrites.Allowed:
                var isTried = ToolArguments.FlagIn(given, OnlyTried);
                return await calls.ChangeAsync(
                    await calls.FindAsync(ToolArguments.TextIn(given, Of)),
                    ToolArguments.ObjectIn(given, With),
                    isTried,
                    cancel
                );
            case Propose or Change:
                throw new ToolRefusedException(
                    calls.Writes == McpWrites.None
                        ? "This key only reads. Its owner can let it propose changes, on the page API keys of the console."
                        : $"This key does it the other way: call {(calls.Writes == McpWrites.Propose ? Propose : Change)}."
                );
            case Status:
                return await calls.StatusAsync(ToolArguments.NumberIn(given, "id"), cancel);
            default:
                return await CallOperationAsync(calls, await calls.FindAsync(name), given, cancel);
        }
    }

    private static Task<CallToolResult> CallOperationAsync(
        AgentCalls calls,
        ApiOperation operation,
        JsonObject given,
        CancellationToken cancel
    )
    {
        if (operation.IsRead)
        {
            return calls.ReadAsync(operation, given, cancel);
        }

        if (calls.Writes == McpWrites.Allowed)
        {
            return calls.ChangeAsync(operation, given, isTried: false, cancel);
        }

        var reason = ToolArguments.TextIn(given, Reason);
        given.Remove(Reason);
        return calls.ProposeAsync(operation, given, reason, cancel);
    }

    private static Tool Tool(
        string name,
        string title,
        string description,
        JsonObject members,
        string[] needed,
        ToolAnnotations annotations
    ) =>
        new()
        {
            Name = name,
            Title = title,
            Description = description,
            InputSchema = JsonSerializer.SerializeToElement(
                OperationSchemas.ObjectOf(members, new JsonArray([.. needed.Select(each => JsonValue.Create(each))]))
            ),
            Annotations = annotations,
        };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Free(string description) =>
        new()
        {
            ["type"] = "object",
            ["description"] = description,
            ["additionalProperties"] = true,
        };
}
