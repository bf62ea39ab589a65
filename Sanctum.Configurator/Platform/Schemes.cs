namespace Sanctum.Configurator.Platform;

/// <summary>How a request says who it is: the API by key and nothing else, everything else by cookie and nothing else.</summary>
public static class Schemes
{
    /// <summary>Chooses one of the others by the path.</summary>
    public const string ByPath = nameof(ByPath);

    public const string Session = nameof(Session);

    public const string ApiKey = nameof(ApiKey);

    /// <summary>Under <c>/api</c>, where OpenTelemetry's exporters send to: <c>/v1</c>, or where agents and other programs call: <c>/mcp</c>, <c>/rest/v1</c>.</summary>
    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
        || IsMcp(path)
        || IsRest(path);

    /// <summary>Where other programs call by PostgREST's dialect.</summary>
    public static bool IsRest(PathString path) => path.StartsWithSegments("/rest/v1", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where agents call by the Model Context Protocol.</summary>
    public static bool IsMcp(PathString path) => path.StartsWithSegments("/mcp", StringComparison.OrdinalIgnoreCase);
}
