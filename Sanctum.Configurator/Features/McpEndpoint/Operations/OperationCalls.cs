using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>Makes calls of the API of what an agent gives.</summary>
internal static class OperationCalls
{
    /// <exception cref="ToolRefusedException">The arguments don't fit; the sentence says how.</exception>
    public static InnerCall Of(ApiOperation operation, JsonObject arguments)
    {
        Check(operation, arguments);
        return new(operation.Method, AddressOf(operation, arguments))
        {
            Body = operation.Body is null ? null : BodyIn(operation, arguments),
            Version = operation.TakesVersion ? VersionIn(arguments) : null,
        };
    }

    /// <summary>What would be passed over, in a sentence; null where all is known.</summary>
    /// <param name="known">What <paramref name="who"/> takes.</param>
    /// <returns>Also the name that was meant most likely.</returns>
    public static (string? Problem, string? Near) UnknownIn(JsonObject given, IReadOnlyCollection<string> known, string who)
    {
        if (given.Select(argument => argument.Key).FirstOrDefault(name => !known.Contains(name)) is not { } unknown)
        {
            return (null, null);
        }

        var near = known.Count == 0 ? null : NearestName.Find(unknown, known);
        return (
            $"{who} takes no argument {Quoted(unknown)}. "
                + (
                    near is not null ? $"Did you mean {near}?"
                    : known.Count == 0 ? "It takes none."
                    : $"It takes: {string.Join(", ", known)}."
                ),
            near
        );
    }

    private static void Check(ApiOperation operation, JsonObject arguments)
    {
        List<string> known =
        [
            .. operation.Arguments.Select(argument => argument.Name),
            .. operation.Body is null ? [] : new[] { OperationSchemas.Body },
            .. operation.TakesVersion ? new[] { OperationSchemas.Version } : [],
        ];
        if (UnknownIn(arguments, known, operation.Name) is var (problem, near) && problem is not null)
        {
            throw new ToolRefusedException(
                problem + (operation.Body is not null && near is null ? " Fields of what is written belong into body." : "")
            );
        }
    }

    private static string AddressOf(ApiOperation operation, JsonObject arguments)
    {
        var (path, query) = (operation.Template, new StringBuilder());
        foreach (var argument in operation.Arguments)
        {
            var values = ValuesOf(arguments[argument.Name], argument);
            if (argument.IsNeeded && values.Count == 0)
            {
                throw new ToolRefusedException($"{operation.Name} needs the argument {argument.Name}.");
            }

            if (!argument.IsInPath)
            {
                foreach (var value in values)
                {
                    query.Append(query.Length == 0 ? '?' : '&').Append(argument.Name).Append('=').Append(Uri.EscapeDataString(value));
                }
            }
            else if (values is [{ Length: > 0 } place] && place.Trim('.').Length > 0)
            {
                path = path.Replace($"{{{argument.Name}}}", Uri.EscapeDataString(place), StringComparison.Ordinal);
            }
            else
            {
                throw new ToolRefusedException($"{argument.Name} must be one value, such as the id that a list names.");
            }
        }

        return path + query;
    }

    private static List<string> ValuesOf(JsonNode? given, OperationArgument argument) =>
        given switch
        {
            null => [],
            JsonValue value => [TextOf(value)],
            JsonArray many => [.. many.SelectMany(one => ValuesOf(one, argument))],
            _ => throw new ToolRefusedException(
                $"{argument.Name} must be {argument.Schema["type"]?.ToString() ?? "a plain value"}, not an object."
            ),
        };

    private static string TextOf(JsonValue value)
    {
        try
        {
            return value.ToString();
        }
        catch (InvalidOperationException)
        {
            throw new ToolRefusedException("A text contains an incomplete character.");
        }
    }

    /// <summary>Some models write an object as a text; it is read all the same.</summary>
    private static JsonNode? BodyIn(ApiOperation operation, JsonObject arguments) =>
        arguments[OperationSchemas.Body] switch
        {
            JsonValue value when operation.Body!["type"]?.ToString() == "object" && ObjectIn(value.ToString()) is { } read => read,
            { } body => body.DeepClone(),
            null when operation.NeedsBody => throw new ToolRefusedException($"{operation.Name} needs body: what is to be written."),
            null => null,
        };

    private static JsonObject? ObjectIn(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static int? VersionIn(JsonObject arguments) =>
        arguments[OperationSchemas.Version]?.ToString() switch
        {
            null => null,
            var text when int.TryParse(text.Trim('"'), System.Globalization.CultureInfo.InvariantCulture, out var version) => version,
            _ => throw new ToolRefusedException("version must be the number of the version that you read."),
        };

    private static string Quoted(string name) => name.Length <= 40 ? name : $"{name[..40]}…";
}

/// <summary>What an agent asked for can't be done; the message tells it why, and what to do instead.</summary>
internal sealed class ToolRefusedException(string message) : Exception(message);
