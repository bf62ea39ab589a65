using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>Who calls the API from within the console. No request from outside can carry it.</summary>
public sealed record InnerCaller(ClaimsPrincipal Principal, Actor Actor);

/// <summary>A call of the API.</summary>
/// <param name="Address">Path and query as they stand in an address.</param>
public sealed record InnerCall(string Method, string Address)
{
    public JsonNode? Body { get; init; }

    /// <summary>The version that is to be changed; null for any.</summary>
    public int? Version { get; init; }

    /// <summary>The same call, only tried.</summary>
    public InnerCall Tried() =>
        this with
        {
            Address = $"{Address}{(Address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}dryRun=true",
        };
}

/// <summary>What the API answered.</summary>
/// <param name="Version">The version of the thing, where the answer has one.</param>
/// <param name="Body">Null where there is none, or it is no JSON.</param>
public sealed record InnerAnswer(int Status, int? Version, JsonNode? Body)
{
    public bool IsDone => Status is >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices;

    /// <summary>Why it was not done, as the API says it.</summary>
    public string Sentence =>
        (Body as JsonObject)?["detail"]?.ToString() is { Length: > 0 } detail ? detail : $"The API answered with the status {Status}.";
}

/// <summary>
/// Calls the console's own API without a network: through the same middleware, policies, checks and endpoints as a request from outside, in
/// the name of whoever is given.
/// </summary>
public sealed class InnerApi(IServiceScopeFactory scopes)
{
    private RequestDelegate? _api;

    /// <summary>From here on a request is an inner one's, too.</summary>
    internal RequestDelegate Follow(RequestDelegate next) => _api = next;

    /// <exception cref="BadHttpRequestException">The address is none of the API's.</exception>
    public async Task<InnerAnswer> SendAsync(InnerCall call, InnerCaller caller, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var text = new MemoryStream();
        var context = new DefaultHttpContext(FeaturesOf(call, caller, text, cancel)) { RequestServices = scope.ServiceProvider };
        await _api!(context);
        await context.Response.CompleteAsync();
        cancel.ThrowIfCancellationRequested();
        return new(context.Response.StatusCode, VersionIn(context.Response), JsonIn(context.Response, text));
    }

    private static FeatureCollection FeaturesOf(InnerCall call, InnerCaller caller, MemoryStream text, CancellationToken cancel)
    {
        var (path, query) = call.Address.Split('?', 2) is [var before, var after] ? (before, $"?{after}") : (call.Address, "");
        var body = call.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(call.Body);
        IHeaderDictionary headers = new HeaderDictionary { ContentLength = body.Length };
        headers.Accept = "application/json";
        if (body.Length > 0)
        {
            headers.ContentType = "application/json";
        }

        if (call.Version is { } version)
        {
            headers.IfMatch = $"\"{version}\"";
        }

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(
            new HttpRequestFeature
            {
                Method = call.Method,
                Scheme = "http",
                Protocol = HttpProtocol.Http11,
                Path = PathIn(path),
                QueryString = query,
                Headers = headers,
                Body = new MemoryStream(body, writable: false),
            }
        );
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(text));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = cancel });
        features.Set<IHttpRequestBodyDetectionFeature>(new Detected(body.Length > 0));
        features.Set<IHttpMaxRequestBodySizeFeature>(new Unlimited());
        features.Set(caller);
        return features;
    }

    /// <summary>As the server itself reads one: a slash that was escaped stays so, and nothing leads upwards.</summary>
    private static string PathIn(string escaped)
    {
        var segments = escaped
            .Split('/')
            .Select(segment => Uri.UnescapeDataString(segment).Replace("/", "%2F", StringComparison.Ordinal))
            .ToList();
        var path = string.Join('/', segments);
        return path.StartsWith("/api/", StringComparison.Ordinal) && !segments.Exists(segment => segment is "." or "..")
            ? path
            : throw new BadHttpRequestException("This is no address of the API.");
    }

    private static int? VersionIn(HttpResponse response) =>
        int.TryParse(response.Headers.ETag.ToString().Trim('"'), System.Globalization.CultureInfo.InvariantCulture, out var version)
            ? version
            : null;

    private static JsonNode? JsonIn(HttpResponse response, MemoryStream text) =>
        text.Length > 0 && response.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true
            ? JsonNode.Parse(text.GetBuffer().AsSpan(0, (int)text.Length))
            : null;

    /// <summary>The body is here already: its reader counts it.</summary>
    private sealed class Unlimited : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }

    private sealed record Detected(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}

/// <summary>Adds it to the console.</summary>
public static class InnerApiServices
{
    public static IServiceCollection AddInnerApi(this IServiceCollection services)
    {
        services.TryAddSingleton<InnerApi>();
        return services;
    }

    /// <summary>Where inner calls join those from outside: before whatever turns failures into answers.</summary>
    public static IApplicationBuilder UseInnerApi(this IApplicationBuilder app) =>
        app.Use(app.ApplicationServices.GetRequiredService<InnerApi>().Follow);
}
