using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A text without a limit takes a console's memory; so every one that can be sent has one, and every body.</summary>
public sealed class LimitedTextsTests(RoutedConsole console) : IClassFixture<RoutedConsole>
{
    private IEnumerable<Type> Bodies =>
        console.Routes.Select(route => route.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType).OfType<Type>().Distinct();

    [Fact]
    public void Every_text_of_a_form_or_a_body_says_how_long_it_may_be()
    {
        var forms = typeof(Urls)
            .Assembly.GetTypes()
            .Where(type =>
                type.Name.EndsWith("Form", StringComparison.Ordinal) && type.Namespace!.Contains(".Features.", StringComparison.Ordinal)
            );

        var unlimited = Bodies
            .Concat(forms)
            .SelectMany(type => WithParts(type, []))
            .Distinct()
            .SelectMany(TextsOf)
            .Where(text => !IsLimited(text))
            .Select(text => $"{text.DeclaringType!.Name}.{text.Name}")
            .Order(StringComparer.Ordinal);

        Assert.Equal("", string.Join(", ", unlimited));
    }

    [Fact]
    public void No_body_has_a_version_which_If_Match_says_instead()
    {
        var options = console.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

        Assert.DoesNotContain(
            Bodies.SelectMany(type => options.GetTypeInfo(type).Properties),
            member => member is { Name: "version", Set: not null }
        );
    }

    [Fact]
    public void Every_route_that_takes_a_body_says_how_long_it_may_be()
    {
        var unlimited = console
            .Routes.Where(route =>
                Schemes.IsApi($"/{route.RoutePattern.RawText?.TrimStart('/')}") && route.Metadata.GetMetadata<MethodInfo>() is not null
            )
            .Where(route =>
                route.RoutePattern.RawText != "/api/openapi.json" && route.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is null
            )
            .Select(route => route.RoutePattern.RawText);

        Assert.Empty(unlimited);
    }

    [Fact]
    public async Task The_description_of_the_api_says_the_limits_and_the_words()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var schemas = JsonNode.Parse(await program.ReadAsync("/api/openapi.json"))!["components"]!["schemas"]!;

        Assert.Equal(Lengths.Description, (int?)schemas["ToolForm"]!["properties"]!["description"]!["maxLength"]);
        Assert.Equal(255, (int?)schemas["ToolForm"]!["properties"]!["name"]!["maxLength"]);
        Assert.Equal(Lengths.Name, (int?)schemas["ApiKeyForm"]!["properties"]!["scopes"]!["items"]!["maxLength"]);
        Assert.Contains(
            "Healthy",
            schemas.AsObject().First(s => s.Key.Contains("RunState", StringComparison.Ordinal)).Value!.ToJsonString(),
            StringComparison.Ordinal
        );
    }

    /// <summary>A type and those of the console's own that it is made of.</summary>
    private static IEnumerable<Type> WithParts(Type type, HashSet<Type> seen)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsArray || plain.IsGenericType)
        {
            return (plain.IsArray ? [plain.GetElementType()!] : plain.GetGenericArguments()).SelectMany(part => WithParts(part, seen));
        }

        return plain.Assembly != typeof(Urls).Assembly || plain.IsEnum || !seen.Add(plain)
            ? []
            :
            [
                plain,
                .. plain.GetProperties().Where(p => p.CanWrite && p.SetMethod!.IsPublic).SelectMany(p => WithParts(p.PropertyType, seen)),
            ];
    }

    private static IEnumerable<PropertyInfo> TextsOf(Type type) =>
        type.GetProperties().Where(p => p.CanWrite && p.SetMethod!.IsPublic && HoldsText(p.PropertyType));

    private static bool HoldsText(Type type) =>
        type == typeof(string)
        || typeof(JsonNode).IsAssignableFrom(type)
        || type == typeof(JsonElement)
        || (
            typeof(IEnumerable).IsAssignableFrom(type)
            && (type.IsArray ? HoldsText(type.GetElementType()!) : type.GetGenericArguments().Any(HoldsText))
        );

    private static bool IsLimited(PropertyInfo text) =>
        text.IsDefined(typeof(TextLimitAttribute))
        || text.IsDefined(typeof(StringLengthAttribute))
        || text.IsDefined(typeof(MaxLengthAttribute));
}
