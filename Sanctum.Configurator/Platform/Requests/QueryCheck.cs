using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// Refuses what an address asks for and no route reads: a mistyped <c>?dry_run=true</c> would otherwise do what was only to be tried.
/// </summary>
internal static class QueryCheck
{
    /// <summary>What says which rows of a list are wanted, and from what number on it can.</summary>
    private static readonly (string Name, int Least)[] Least = [("skip", 0), ("take", 1), ("limit", 1)];

    /// <summary>Null where all is read.</summary>
    public static IResult? Find(HttpRequest request, Endpoint? endpoint)
    {
        if (request.Query.Count == 0 || endpoint?.Metadata.GetMetadata<MethodInfo>() is null)
        {
            return null;
        }

        List<string> known = [.. NamesOf(endpoint)];
        var reasons = request
            .Query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            .ToDictionary(name => name, name => BodyCheck.Unknown(name, known));
        foreach (var (name, least) in Least)
        {
            if (int.TryParse(request.Query[name], CultureInfo.InvariantCulture, out var number) && number < least)
            {
                reasons.TryAdd(name, $"Use a number of {least} or more.");
            }
        }

        return reasons.Count == 0 ? null : Answers.RefusedAt(reasons);
    }

    /// <summary>The name in the address of a route's parameter, by which the framework calls it where it can't read it.</summary>
    public static (string Name, Type Type)? Find(Endpoint? endpoint, string parameter) =>
        endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().FirstOrDefault(p => p.Name == parameter) is { } found
            ? (NameOf(found), found.ParameterInfo.ParameterType)
            : null;

    private static IEnumerable<string> NamesOf(Endpoint endpoint) =>
        endpoint
            .Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
            .Where(IsInAddress)
            .Select(NameOf)
            .Except((endpoint as RouteEndpoint)?.RoutePattern.Parameters.Select(place => place.Name) ?? [])
            .Concat(endpoint.Metadata.GetOrderedMetadata<QueryName>().Select(name => name.Name))
            .Distinct(StringComparer.OrdinalIgnoreCase);

    private static string NameOf(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()?.Name is { } name
            ? name
            : char.ToLowerInvariant(parameter.Name[0]) + parameter.Name[1..];

    private static bool IsInAddress(IParameterBindingMetadata parameter) =>
        parameter.HasTryParse
        || parameter.ParameterInfo.ParameterType == typeof(string)
        || parameter.ParameterInfo.IsDefined(typeof(FromQueryAttribute));
}

/// <summary>A name in the address that a route reads without a parameter of that name.</summary>
internal sealed record QueryName(string Name);
