using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>What needs what in the whole installation, drawn and as data.</summary>
public static class GraphFeature
{
    public static IServiceCollection AddGraph(this IServiceCollection services) =>
        services
            .AddDependencies()
            .AddSingleton(new NavEntry("Dependencies", Urls.Graph, "graph", 14, Policies.ReadRegistry, NavGroups.Agents));

    /// <summary>Without the page: for features that ask what would be hurt by what they do.</summary>
    public static IServiceCollection AddDependencies(this IServiceCollection services)
    {
        services.TryAddScoped<DependencyReader>();
        return services;
    }

    public static IEndpointRouteBuilder MapGraph(this IEndpointRouteBuilder routes)
    {
        routes
            .MapLazyGroup("/api")
            .MapGet("/graph", AnswerAsync)
            .RequireAuthorization(Policies.ReadRegistry)
            .WithTags("Graph")
            .WithSummary(
                "The dependency graph; kind (agent, tool, …) filters by kind, around (plugin:12) returns only what is connected with that node"
            );
        return routes;
    }

    private static async Task<Results<Shown<GraphAnswer>, ValidationProblem>> AnswerAsync(
        DependencyReader reader,
        CancellationToken cancel,
        string? kind = null,
        string? around = null
    )
    {
        var reasons = new Dictionary<string, string>();
        var wanted = NodeId.KindOf(kind);
        if (kind is { Length: > 0 } && wanted is null)
        {
            reasons["kind"] =
                $"The kind must be one of {string.Join(", ", Enum.GetNames<NodeKind>().Select(name => name.ToLowerInvariant()))}.";
        }

        var graph = await reader.ReadAsync(cancel);
        var center = NodeId.Find(around) is { } id && graph.Find(id) is { } node ? node : null;
        if (around is { Length: > 0 } && center is null)
        {
            reasons["around"] = "Node not found. Give a kind and an id, such as plugin:12.";
        }

        return reasons.Count > 0 ? Answers.Refused(reasons) : Answers.Show(GraphAnswer.Of(graph, wanted, center));
    }
}

/// <summary>A part of the graph, or all of it.</summary>
internal sealed record GraphAnswer(
    IReadOnlyList<DependencyNode> Nodes,
    IReadOnlyList<DependencyEdge> Edges,
    IReadOnlyList<DependencyProblem> Problems
)
{
    internal static GraphAnswer Of(DependencyGraph graph, NodeKind? kind, DependencyNode? center)
    {
        var near = center is null ? graph.Nodes : graph.Around(center.Node).Nodes;
        var ids = near.Where(node => kind is null || node.Kind == kind || node == center).Select(node => node.Node).ToHashSet();
        var (nodes, edges) = graph.Among(node => ids.Contains(node.Node));
        return new(nodes, edges, [.. graph.Problems.Where(problem => ids.Contains(problem.Of))]);
    }
}
