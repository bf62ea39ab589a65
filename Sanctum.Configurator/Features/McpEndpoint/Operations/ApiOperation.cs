namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>An operation of the API, as an agent knows it.</summary>
/// <param name="Name">Its name among the tools: the words of its address and what it does there, such as <c>agents_update</c>.</param>
/// <param name="Area">The part of the console it belongs to, such as <c>scheduled-jobs</c>.</param>
/// <param name="Does">What it does, in a sentence.</param>
/// <param name="Template">Its path, with the names of its parameters in braces.</param>
/// <param name="Permissions">All that a key needs for it.</param>
internal sealed record ApiOperation(
    string Name,
    string Area,
    string Does,
    string Method,
    string Template,
    IReadOnlyList<OperationArgument> Arguments,
    IReadOnlyList<string> Permissions
)
{
    /// <summary>What its body takes; null where it has none.</summary>
    public JsonObject? Body { get; init; }

    public bool NeedsBody { get; init; }

    /// <summary>Whether it can be only tried, and says what would change.</summary>
    public bool OffersTrial { get; init; }

    /// <summary>Whether it changes nothing, though it is no GET.</summary>
    public bool ChangesNothing { get; init; }

    /// <summary>Whether it takes the version of what it changes.</summary>
    public bool TakesVersion { get; init; }

    public bool IsRead => ChangesNothing || HttpMethods.IsGet(Method);

    /// <summary>What it takes, as a schema that every client can read.</summary>
    public JsonObject Input => field ??= OperationSchemas.InputOf(this);
}

/// <param name="IsInPath">It stands in the path and can't be left out; others stand in the query.</param>
internal sealed record OperationArgument(string Name, bool IsInPath, bool IsNeeded, JsonObject Schema);
