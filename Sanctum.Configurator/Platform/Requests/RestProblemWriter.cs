namespace Sanctum.Configurator.Platform.Requests;

/// <summary>Tells whatever else goes wrong under <c>/rest/v1</c> in the shape that its clients read.</summary>
internal sealed class RestProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => Schemes.IsRest(context.HttpContext.Request.Path);

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        ApiJson.Explain(context);
        var status = context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode;
        var (code, hint) = status switch
        {
            StatusCodes.Status401Unauthorized => (
                "PGRST301",
                "Send one API key, as apikey or as Authorization: Bearer; where both are sent, they are the same."
            ),
            StatusCodes.Status403Forbidden => ("42501", "Create a key with the permissions that are needed under API keys."),
            StatusCodes.Status404NotFound => ("PGRST125", "GET /rest/v1/ lists the tables that are offered."),
            StatusCodes.Status405MethodNotAllowed => ("PGRST117", "Use GET, HEAD, POST, PATCH or DELETE."),
            StatusCodes.Status413PayloadTooLarge => ("54000", "Send it in parts."),
            StatusCodes.Status415UnsupportedMediaType => ("PGRST107", "Send application/json."),
            StatusCodes.Status503ServiceUnavailable => ("PGRST001", "Try again when /health/ready reports ok."),
            >= StatusCodes.Status500InternalServerError => ("XX000", "The reason is in the console's log."),
            _ => ("PGRST100", (string?)null),
        };
        return new(
            new RestRefusal(
                status,
                code,
                context.ProblemDetails.Detail ?? context.ProblemDetails.Title ?? "The request failed.",
                null,
                hint
            ).WriteAsync(context.HttpContext)
        );
    }
}
