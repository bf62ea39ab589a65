using System.Diagnostics.CodeAnalysis;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// Routes whose code is made when they are called first: ASP.NET Core compiles three functions for each before it listens, which is most of a
/// start, and of the console's few hundred a day calls a dozen. What is wrong with a route's parameters is still said at the start. A body is
/// as long as usual, unless the route says otherwise.
/// </summary>
public sealed class LazyGroup(RouteGroupBuilder routes) : IEndpointConventionBuilder
{
    private static readonly string[] Get = [HttpMethods.Get],
        Post = [HttpMethods.Post],
        Put = [HttpMethods.Put],
        Delete = [HttpMethods.Delete];

    public RouteHandlerBuilder MapGet([StringSyntax("Route")] string pattern, Delegate handler) => Map(pattern, handler, Get);

    public RouteHandlerBuilder MapPost([StringSyntax("Route")] string pattern, Delegate handler) => Map(pattern, handler, Post);

    public RouteHandlerBuilder MapPut([StringSyntax("Route")] string pattern, Delegate handler) => Map(pattern, handler, Put);

    public RouteHandlerBuilder MapDelete([StringSyntax("Route")] string pattern, Delegate handler) => Map(pattern, handler, Delete);

    public LazyGroup MapGroup([StringSyntax("Route")] string prefix) => new(routes.MapGroup(prefix));

    public void Add(Action<EndpointBuilder> convention) => ((IEndpointConventionBuilder)routes).Add(convention);

    public void Finally(Action<EndpointBuilder> finallyConvention) => ((IEndpointConventionBuilder)routes).Finally(finallyConvention);

    private RouteHandlerBuilder Map(string pattern, Delegate handler, string[] methods) =>
        RouteHandlerServices
            .Map(
                routes,
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

/// <summary>Makes such groups.</summary>
public static class LazyGroups
{
    /// <summary>A group of routes whose code is made when they are called first.</summary>
    public static LazyGroup MapLazyGroup(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string prefix = "") =>
        new(routes.MapGroup(prefix));
}
