using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Sanctum.Configurator.Platform;

/// <summary>Something shown whose version an If-Match can name.</summary>
public interface IHasVersion
{
    int Version { get; }
}

/// <summary>200 with a thing, and with its version as ETag where it has one.</summary>
public sealed class Shown<T>(T value) : ShownThing<T>(value, StatusCodes.Status200OK), IEndpointMetadataProvider
{
    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        Describe(builder, StatusCodes.Status200OK);
}

/// <summary>201 with a thing that is new, where it is, and its version as ETag where it has one.</summary>
public sealed class Made<T>(T value, string? address) : ShownThing<T>(value, StatusCodes.Status201Created), IEndpointMetadataProvider
{
    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        Describe(builder, StatusCodes.Status201Created);

    public override Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = address;
        return base.ExecuteAsync(httpContext);
    }
}

/// <summary>A thing as JSON, with its version as ETag where it has one.</summary>
public abstract class ShownThing<T>(T value, int status) : IResult, IStatusCodeHttpResult
{
    private static readonly string[] Json = ["application/json"];

    public int? StatusCode => status;

    public virtual Task ExecuteAsync(HttpContext httpContext)
    {
        if (value is IHasVersion { Version: var version })
        {
            httpContext.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
        }

        httpContext.Response.StatusCode = status;
        return httpContext.Response.WriteAsJsonAsync(value);
    }

    protected static void Describe(EndpointBuilder builder, int status) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(T), Json));
}
