using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>The version that a request's If-Match names; null where any will do.</summary>
public sealed record IfMatch(int? Version) : IBindableFromHttpContext<IfMatch>, IEndpointParameterMetadataProvider
{
    public static ValueTask<IfMatch?> BindAsync(HttpContext context, ParameterInfo parameter) => new(new IfMatch(In(context.Request)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        Problem.Describe(builder, StatusCodes.Status412PreconditionFailed);

    /// <exception cref="BadHttpRequestException">It is no version of ours.</exception>
    public static int? In(HttpRequest request)
    {
        var text = request.Headers.IfMatch.ToString().Trim();
        return text is "" or "*" ? null
            : int.TryParse(text.Trim('"'), CultureInfo.InvariantCulture, out var version) ? version
            : throw new BadHttpRequestException("If-Match must contain the version that you read, such as \"12\".");
    }
}

/// <summary>The version that a request's If-Match names, and has to: whoever changes something says what he has seen of it.</summary>
public sealed record NeededIfMatch(int Version) : IBindableFromHttpContext<NeededIfMatch>, IEndpointParameterMetadataProvider
{
    public static ValueTask<NeededIfMatch?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(
            new NeededIfMatch(
                IfMatch.In(context.Request)
                    ?? throw new BadHttpRequestException(
                        "The If-Match header is required. Send the ETag of the version that you change.",
                        StatusCodes.Status428PreconditionRequired
                    )
            )
        );

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        IfMatch.PopulateMetadata(parameter, builder);
        Problem.Describe(builder, StatusCodes.Status428PreconditionRequired);
    }
}
