using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>
/// All operations that agents get, by name. Made of the API's own description and endpoints when the first agent asks, so that whatever is
/// added to the API is here without a line of its own.
/// </summary>
internal sealed class OperationCatalog(IServiceProvider services, EndpointDataSource endpoints)
{
    private const string DryRun = "dryRun";

    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, ApiOperation>>? _made;

    public Task<IReadOnlyDictionary<string, ApiOperation>> ReadAsync()
    {
        lock (_lock)
        {
            return _made is { IsFaulted: false, IsCanceled: false } ? _made : _made = MakeAsync();
        }
    }

    private async Task<IReadOnlyDictionary<string, ApiOperation>> MakeAsync()
    {
        var document = await ApiDescription.ReadAsync(services, CancellationToken.None);
        var known = endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                    KeyValuePair.Create($"{method} {TemplateOf(endpoint.RoutePattern)}", endpoint)
                )
            )
            .DistinctBy(pair => pair.Key)
            .ToDictionary(StringComparer.Ordinal);
        List<ApiOperation> operations = [];
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations ?? [])
            {
                var template = path.TrimEnd('/');
                if (known.TryGetValue($"{method} {template}", out var endpoint) && OperationRule.IsOffered(operation, endpoint))
                {
                    operations.Add(Read(method.Method, template, operation, endpoint));
                }
            }
        }

        return operations
            .GroupBy(operation => operation.Name)
            .SelectMany(TellApart)
            .OrderBy(operation => operation.Name, StringComparer.Ordinal)
            .ToDictionary(operation => operation.Name, StringComparer.Ordinal);
    }

    /// <summary>Of two that would be called alike, one is for all rows and the other for one: <c>notifications_read_one</c>.</summary>
    private static IEnumerable<ApiOperation> TellApart(IGrouping<string, ApiOperation> alike)
    {
        var number = 1;
        foreach (
            var operation in alike
                .OrderBy(operation => operation.Template.Count(letter => letter == '{'))
                .ThenBy(o => o.Template, StringComparer.Ordinal)
        )
        {
            var end =
                number == 1 ? ""
                : number == 2 ? "_one"
                : $"_{number}";
            number++;
            yield return operation with
            {
                Name = operation.Name[..Math.Min(operation.Name.Length, OperationNames.Longest - end.Length)] + end,
            };
        }
    }

    private static ApiOperation Read(string method, string template, OpenApiOperation operation, RouteEndpoint endpoint)
    {
        var parameters = operation.Parameters ?? [];
        var (body, answers) = (operation.RequestBody, operation.Responses ?? []);
        return new(
            OperationNames.Of(method, template, IsList(answers), answers.ContainsKey("201")),
            AreaOf(operation, template),
            DoesOf(operation, template),
            method,
            template,
            [
                .. parameters
                    .Where(parameter => parameter.In is ParameterLocation.Path or ParameterLocation.Query && parameter.Name != DryRun)
                    .Select(ArgumentOf),
            ],
            OperationRule.PermissionsOf(endpoint) ?? []
        )
        {
            Body = body is null ? null : OperationSchemas.Plain(body.Content?.Values.FirstOrDefault()?.Schema),
            NeedsBody = body?.Required == true,
            OffersTrial = parameters.Any(parameter => parameter.Name == DryRun),
            ChangesNothing = endpoint.Metadata.GetMetadata<ChangesNothing>() is not null,
            TakesVersion = endpoint
                .Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
                .Any(parameter =>
                    parameter.ParameterInfo.ParameterType is var type && (type == typeof(IfMatch) || type == typeof(NeededIfMatch))
                ),
        };
    }

    private static OperationArgument ArgumentOf(IOpenApiParameter parameter)
    {
        var schema = OperationSchemas.Plain(parameter.Schema);
        if (parameter.Description is { Length: > 0 } description)
        {
            schema["description"] = description;
        }

        // Records of parameters are described by their members' names; addresses are read in any case.
        return new(
            char.ToLowerInvariant(parameter.Name![0]) + parameter.Name[1..],
            parameter.In == ParameterLocation.Path,
            parameter.Required,
            schema
        );
    }

    private static bool IsList(OpenApiResponses answers) =>
        answers.TryGetValue("200", out var answer)
        && answer.Content?.Values.FirstOrDefault()?.Schema is { } schema
        && (schema.Type?.HasFlag(JsonSchemaType.Array) == true || schema.Properties?.ContainsKey("items") == true);

    private static string AreaOf(OpenApiOperation operation, string template) =>
        (operation.Tags?.FirstOrDefault()?.Name ?? template.Split('/')[2]).ToLowerInvariant().Replace(' ', '-');

    private static string DoesOf(OpenApiOperation operation, string template)
    {
        var words = operation.Summary is { Length: > 0 } summary ? summary : $"Calls {template}";
        return words.EndsWith('.') ? words : $"{words}.";
    }

    /// <summary>As the description writes it: without the rules of its parameters.</summary>
    private static string TemplateOf(RoutePattern pattern) =>
        $"/{string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => "",
        }))))}";
}
