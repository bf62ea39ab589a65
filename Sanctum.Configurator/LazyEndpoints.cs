using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator;

/// <summary>
/// Maps endpoints whose code is made when they are called first: ASP.NET Core compiles three functions for each endpoint before it listens,
/// which is most of a start, and of the console's few hundred a day calls a dozen. What is wrong with an endpoint's parameters is still
/// said
/// at the start. In this namespace these come before the framework's own.
/// </summary>
public static class LazyEndpoints
{
    private static readonly string[] Get = [HttpMethods.Get],
        Post = [HttpMethods.Post],
        Put = [HttpMethods.Put],
        Delete = [HttpMethods.Delete];

    public static RouteHandlerBuilder MapGet(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => Map(endpoints, pattern, handler, Get);

    public static RouteHandlerBuilder MapPost(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => Map(endpoints, pattern, handler, Post);

    public static RouteHandlerBuilder MapPut(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => Map(endpoints, pattern, handler, Put);

    public static RouteHandlerBuilder MapDelete(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => Map(endpoints, pattern, handler, Delete);

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints, string pattern, Delegate handler, string[] methods) =>
        RouteHandlerServices
            .Map(
                endpoints,
                pattern,
                handler,
                methods,
                RequestDelegateFactory.InferMetadata,
                (made, options, metadata) =>
                {
                    var compiled = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(made, options, metadata).RequestDelegate);
                    return new(context => compiled.Value(context), options.EndpointBuilder!.Metadata.AsReadOnly());
                }
            )
            .TakesUpTo(RequestBodies.MostBytes);
}
