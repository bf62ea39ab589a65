using System.Diagnostics;
using Sanctum.Configurator.Registry.Configurations;
using static Sanctum.Configurator.Features.Tools.Schemas.SchemaFacts;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>One check of a value against a schema.</summary>
internal sealed class SchemaCheck
{
    private const int MostSteps = 20_000;

    /// <summary>However dear a step is on this machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const int MostProblems = 50;

    private readonly ConfigSchema _schema;
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _steps;

    /// <summary>How many of those around are secret as a whole.</summary>
    private int _secrets;

    private SchemaCheck(ConfigSchema schema) => _schema = schema;

    public static IReadOnlyList<SchemaProblem> Run(ConfigSchema schema, JsonElement value)
    {
        var check = new SchemaCheck(schema);
        var problems = new List<SchemaProblem>();
        try
        {
            check.Check(schema.Root, value, "", problems, 0);
        }
        catch (TooMuchException)
        {
            problems.Add(new("", "The schema is too complex to validate this value."));
        }

        return problems.Count > MostProblems ? [.. problems.Take(MostProblems)] : problems;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        Spend(depth > 4 * ConfigSchema.Deepest ? MostSteps : 1);

        if (schema.ValueKind == JsonValueKind.False)
        {
            problems.Add(new(path, "No value is allowed here."));
        }

        if (schema.ValueKind != JsonValueKind.Object || IsSecret(schema, value))
        {
            return;
        }

        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && SchemaShape.IsFlagged(schema))
        {
            _secrets++;
            CheckOpen(schema, value, path, problems, depth);
            _secrets--;
            return;
        }

        CheckOpen(schema, value, path, problems, depth);
    }

    private void CheckOpen(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        if (schema.TryGetProperty("$ref", out var reference) && _schema.Find(reference.GetString()!) is { } target)
        {
            Check(target, value, path, problems, depth + 1);
        }

        CheckAny(schema, value, path, problems);
        CheckCombined(schema, value, path, problems, depth);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, path, problems, depth);
                break;
            case JsonValueKind.Array:
                CheckArray(schema, value, path, problems, depth);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetString()!, path, problems);
                break;
            case JsonValueKind.Number:
                CheckNumber(schema, value, path, problems);
                break;
        }
    }

    /// <summary>Where a secret is stored, a placeholder stands for it; the secret itself was checked when it was typed.</summary>
    private bool IsSecret(JsonElement schema, JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && SecretPlaceholder.NameIn(value.GetString()!) is not null
        && (_secrets > 0 || SchemaShape.IsMarked(_schema, schema));

    private void CheckAny(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems)
    {
        if (schema.TryGetProperty("type", out var type) && !ConfigSchema.TypesOf(type).Any(name => Is(name, value)))
        {
            problems.Add(new(path, $"This must be {string.Join(" or ", ConfigSchema.TypesOf(type).Select(Named))}."));
        }

        Spend(schema.TryGetProperty("enum", out var allowed) ? allowed.GetArrayLength() / 10 : 0);
        if (allowed.ValueKind == JsonValueKind.Array && !allowed.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)))
        {
            problems.Add(
                new(path, $"This must be one of {string.Join(", ", allowed.EnumerateArray().Take(20).Select(item => item.ToString()))}.")
            );
        }

        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
        {
            problems.Add(new(path, $"This must be {only}."));
        }
    }

    private void CheckCombined(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        foreach (var part in List(schema, "allOf"))
        {
            Check(part, value, path, problems, depth + 1);
        }

        if (schema.TryGetProperty("anyOf", out var any) && !any.EnumerateArray().Any(part => Fits(part, value, depth)))
        {
            problems.Add(new(path, "This matches none of the allowed schemas."));
        }

        if (
            schema.TryGetProperty("oneOf", out var one)
            && one.EnumerateArray().Count(part => Fits(part, value, depth)) is var fitting
            && fitting != 1
        )
        {
            problems.Add(
                new(path, fitting == 0 ? "This matches none of the allowed schemas." : "This matches more than one of the allowed schemas.")
            );
        }

        if (schema.TryGetProperty("not", out var not) && Fits(not, value, depth))
        {
            problems.Add(new(path, "This matches a schema that is not allowed."));
        }

        if (
            schema.TryGetProperty("if", out var condition)
            && schema.TryGetProperty(Fits(condition, value, depth) ? "then" : "else", out var consequence)
        )
        {
            Check(consequence, value, path, problems, depth + 1);
        }
    }

    private void CheckObject(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        var members = value.EnumerateObject().Count();
        Spend((1 + List(schema, "required").Count()) * (members / 50));
        foreach (
            var name in List(schema, "required")
                .Where(name => name.ValueKind == JsonValueKind.String && !value.TryGetProperty(name.GetString()!, out _))
        )
        {
            problems.Add(new($"{path}/{Escape(name.GetString()!)}", "This is required."));
        }

        CheckCount(schema, "minProperties", "maxProperties", members, "entries", path, problems);
        foreach (var member in value.EnumerateObject())
        {
            var at = $"{path}/{Escape(member.Name)}";
            foreach (var part in SchemasOf(schema, member.Name))
            {
                Check(part, member.Value, at, problems, depth + 1);
            }

            if (schema.TryGetProperty("propertyNames", out var names))
            {
                using var name = JsonDocument.Parse(JsonSerializer.Serialize(member.Name));
                Check(names, name.RootElement, at, problems, depth + 1);
            }

            CheckDependent(schema, member.Name, value, path, problems, depth);
        }
    }

    private void CheckDependent(JsonElement schema, string name, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        if (
            schema.TryGetProperty("dependentRequired", out var needed)
            && needed.ValueKind == JsonValueKind.Object
            && needed.TryGetProperty(name, out var others)
            && others.ValueKind == JsonValueKind.Array
        )
        {
            foreach (
                var other in others
                    .EnumerateArray()
                    .Where(other => other.ValueKind == JsonValueKind.String && !value.TryGetProperty(other.GetString()!, out _))
            )
            {
                problems.Add(new($"{path}/{Escape(other.GetString()!)}", $"This is required together with {name}."));
            }
        }

        if (schema.TryGetProperty("dependentSchemas", out var dependent) && dependent.TryGetProperty(name, out var part))
        {
            Check(part, value, path, problems, depth + 1);
        }
    }

    /// <summary>Those that speak of a member: its own, those whose patterns its name fits, and otherwise the one for the rest.</summary>
    private IEnumerable<JsonElement> SchemasOf(JsonElement schema, string name)
    {
        var isNamed = false;
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var own))
        {
            isNamed = true;
            yield return own;
        }

        if (schema.TryGetProperty("patternProperties", out var patterns))
        {
            foreach (var pattern in patterns.EnumerateObject().Where(pattern => Matches(pattern.Name, name)))
            {
                isNamed = true;
                yield return pattern.Value;
            }
        }

        if (!isNamed && schema.TryGetProperty("additionalProperties", out var rest))
        {
            yield return rest;
        }
    }

    private void CheckArray(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        CheckCount(schema, "minItems", "maxItems", value.GetArrayLength(), "items", path, problems);
        var first = List(schema, "prefixItems").ToList();
        foreach (var (at, item) in value.EnumerateArray().Index())
        {
            if (at < first.Count)
            {
                Check(first[at], item, $"{path}/{at}", problems, depth + 1);
            }
            else if (schema.TryGetProperty("items", out var rest))
            {
                Check(rest, item, $"{path}/{at}", problems, depth + 1);
            }
        }

        if (schema.TryGetProperty("contains", out var wanted))
        {
            var (found, least) = (value.EnumerateArray().Count(item => Fits(wanted, item, depth)), Number(schema, "minContains") ?? 1);
            if (found < least || found > (Number(schema, "maxContains") ?? double.MaxValue))
            {
                problems.Add(new(path, "The number of matching items is not allowed."));
            }
        }

        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True && HasTwins(value))
        {
            problems.Add(new(path, "Items must be unique."));
        }
    }

    private bool HasTwins(JsonElement value)
    {
        var items = value.EnumerateArray().ToList();
        for (var one = 0; one < items.Count; one++)
        {
            for (var other = 0; other < one; other++)
            {
                Spend(1);
                if (JsonElement.DeepEquals(items[one], items[other]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void CheckText(JsonElement schema, string text, string path, List<SchemaProblem> problems)
    {
        if (schema.TryGetProperty("minLength", out _) || schema.TryGetProperty("maxLength", out _))
        {
            CheckCount(schema, "minLength", "maxLength", text.EnumerateRunes().Count(), "characters", path, problems);
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Matches(pattern.GetString()!, text))
        {
            problems.Add(new(path, $"This must match {pattern.GetString()}."));
        }

        if (
            schema.TryGetProperty("format", out var format)
            && format.ValueKind == JsonValueKind.String
            && SchemaFormats.Problem(format.GetString()!, text) is { } problem
        )
        {
            problems.Add(new(path, problem));
        }
    }

    private bool Fits(JsonElement schema, JsonElement value, int depth)
    {
        var problems = new List<SchemaProblem>();
        Check(schema, value, "", problems, depth + 1);
        return problems.Count == 0;
    }

    private bool Matches(string pattern, string text)
    {
        Spend(1 + (text.Length / 50));
        return _schema.PatternOf(pattern) is { } read && read.IsMatch(text, () => Spend(1));
    }

    /// <summary>So that no schema, whatever its references and its value, is checked for long.</summary>
    private void Spend(int steps)
    {
        _steps += steps;
        if (_steps >= MostSteps || Stopwatch.GetElapsedTime(_began) > Longest)
        {
            throw new TooMuchException();
        }
    }

    private static IEnumerable<JsonElement> List(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private sealed class TooMuchException : Exception;
}
