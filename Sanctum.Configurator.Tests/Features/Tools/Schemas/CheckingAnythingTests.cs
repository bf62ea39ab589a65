using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools.Schemas;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Schemas;

/// <summary>No schema and no value, however odd, makes the check fail or take long.</summary>
public sealed class CheckingAnythingTests
{
    private static readonly int Inputs = Thorough.Or(10_000, 200_000);

    private static readonly string[] Schemas =
    [
        """{"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "pattern": "^[a-z]{1,9}$", "format": "email"}, "b": {"$ref": "#/$defs/n"}}, "additionalProperties": false, "$defs": {"n": {"type": ["number", "null"], "multipleOf": 0.5}}}""",
        """{"items": {"$ref": "#"}, "properties": {"a": {"$ref": "#"}}, "anyOf": [{"$ref": "#/not"}, {"type": "array"}], "not": {"const": 7}}""",
        """{"if": {"minProperties": 2}, "then": {"propertyNames": {"maxLength": 3}}, "else": {"required": ["x"]}, "dependentRequired": {"a": ["b"]}, "patternProperties": {"^x": {"enum": [1, "2", null, [3]]}}}""",
        """{"prefixItems": [{"type": "integer"}, true], "contains": {"type": "string"}, "minContains": 1, "uniqueItems": true, "maxItems": 5, "oneOf": [{"minItems": 1}, {"type": "object"}]}""",
    ];

    private static readonly string[] Pieces =
    [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\"a\"",
        "\"b\":",
        "null",
        "true",
        "false",
        "1",
        "-0",
        "1e999",
        "1E-400",
        "0.1",
        "\"$ref\":",
        "\"#\"",
        "\"#/a\"",
        "\"#/$defs/n\"",
        "\"type\":",
        "\"object\"",
        "\"pattern\":",
        "\"(a+)+$\"",
        "\"(?=x)\"",
        "\"[\"",
        "\"properties\":",
        "\"items\":",
        "\"allOf\":",
        "\"enum\":",
        "\"required\":",
        "\"minLength\":",
        "\"multipleOf\":",
        "\"not\":",
        "\"if\":",
        "\"contains\":",
        "\\u0000",
        "\\",
        "é",
        "😀",
        "\ud83d",
        " ",
        "\n",
    ];

    private ulong _state = 0x9E3779B97F4A7C15;

    [Fact]
    public void Each_of_many_schemas_and_values()
    {
        for (var input = 0; input < Inputs; input++)
        {
            var (schema, value) = (
                Mutant(Schemas[Below(Schemas.Length)]),
                Mutant("""{"a": "ada@example.org", "b": [1, null, {"x1": "2"}]}""")
            );
            Check(schema, value);
        }
    }

    [Fact]
    public void What_is_made_to_take_long_ends_all_the_same()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));
        var wide = $"[{string.Join(',', Enumerable.Range(0, 8000))}]";
        var members = $"{{{string.Join(',', Enumerable.Range(0, 4000).Select(at => $"\"k{at}\": {at}"))}}}";
        var twice = """{"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}""";
        (string Schema, string Value)[] cases =
        [
            (twice, "1"),
            ("""{"items": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "string"}]}}""", deep),
            ("""{"uniqueItems": true}""", wide),
            ($$"""{"required": [{{string.Join(',', Enumerable.Range(0, 4000).Select(at => $"\"z{at}\""))}}]}""", members),
            ($$$"""{"items": {"enum": [{{{string.Join(',', Enumerable.Range(0, 4000).Select(at => $"\"z{at}\""))}}}]}}""", wide),
            ("""{"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}""", $"\"{new string('a', 60_000)}\""),
            ("""{"patternProperties": {"(a|b|ab)*c": true, "(x+x+)+y": false}}""", members),
        ];

        Assert.All(cases, each => Check(each.Schema, each.Value));
    }

    /// <returns>Whether both could be read.</returns>
    private static bool Check(string schema, string value)
    {
        if (ConfigSchema.Read(schema).Schema is { } read)
        {
            JsonNode? node;
            try
            {
                node = JsonNode.Parse(value);
            }
            catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
            {
                return false;
            }

            read.Check(node);
            if (node is JsonObject config)
            {
                try
                {
                    SchemaDefaults.Put(read, read.Root, config);
                    SchemaSecrets.Keep(read, config, null);
                    SchemaSecrets.Take(read, config);
                }
                catch (ArgumentException e) when (e.Message.Contains("same key", StringComparison.Ordinal))
                {
                    // A text that names a member twice is no configuration: the service refuses it before.
                }
            }

            return true;
        }

        return false;
    }

    private string Mutant(string text)
    {
        for (var changes = 1 + Below(3); changes > 0; changes--)
        {
            var (from, length) = (Below(text.Length + 1), Below(6));
            var end = Math.Min(from + length, text.Length);
            text = Below(3) switch
            {
                0 => text[..from] + Pieces[Below(Pieces.Length)] + text[from..],
                1 => text[..from] + Pieces[Below(Pieces.Length)] + text[end..],
                _ => text[..from] + text[end..],
            };
        }

        return text;
    }

    private int Below(int most)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)(_state % (ulong)most);
    }
}
