using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools.Schemas;

namespace Sanctum.Configurator.Tests.Features.Tools.Schemas;

/// <summary>A configuration is checked as JSON Schema, draft 2020-12, says.</summary>
public sealed class CheckingConfigurationsTests
{
    [Theory]
    [InlineData("""{"type": "string"}""", "\"a\"", true)]
    [InlineData("""{"type": "string"}""", "1", false)]
    [InlineData("""{"type": ["string", "null"]}""", "null", true)]
    [InlineData("""{"type": "integer"}""", "1.0", true)]
    [InlineData("""{"type": "integer"}""", "1.5", false)]
    [InlineData("""{"enum": [1, "a", null]}""", "null", true)]
    [InlineData("""{"enum": [1, "a"]}""", "2", false)]
    [InlineData("""{"const": {"a": [1]}}""", """{"a": [1]}""", true)]
    [InlineData("""{"const": 1}""", "1.0", true)]
    [InlineData("""{"minLength": 2}""", "\"😀\"", false)]
    [InlineData("""{"maxLength": 1}""", "\"😀\"", true)]
    [InlineData("""{"pattern": "^a+$"}""", "\"aaa\"", true)]
    [InlineData("""{"pattern": "^a+$"}""", "\"ab\"", false)]
    [InlineData("""{"minimum": 1, "maximum": 3}""", "3", true)]
    [InlineData("""{"minimum": 1}""", "0.9", false)]
    [InlineData("""{"exclusiveMaximum": 3}""", "3", false)]
    [InlineData("""{"multipleOf": 0.1}""", "0.3", true)]
    [InlineData("""{"multipleOf": 2}""", "3", false)]
    [InlineData("""{"required": ["a"]}""", "{}", false)]
    [InlineData("""{"properties": {"a": {"type": "number"}}}""", """{"a": "x"}""", false)]
    [InlineData("""{"properties": {"a": true}, "additionalProperties": false}""", """{"a": 1, "b": 2}""", false)]
    [InlineData("""{"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}""", """{"x-a": "1"}""", true)]
    [InlineData("""{"propertyNames": {"maxLength": 2}}""", """{"abc": 1}""", false)]
    [InlineData("""{"minProperties": 1}""", "{}", false)]
    [InlineData("""{"dependentRequired": {"a": ["b"]}}""", """{"a": 1}""", false)]
    [InlineData("""{"dependentSchemas": {"a": {"required": ["b"]}}}""", """{"a": 1, "b": 2}""", true)]
    [InlineData("""{"items": {"type": "number"}}""", "[1, \"a\"]", false)]
    [InlineData("""{"prefixItems": [{"type": "string"}], "items": {"type": "number"}}""", "[\"a\", 1]", true)]
    [InlineData("""{"prefixItems": [{"type": "string"}], "items": false}""", "[\"a\", 1]", false)]
    [InlineData("""{"contains": {"const": 1}}""", "[2, 3]", false)]
    [InlineData("""{"contains": {"const": 1}, "minContains": 0}""", "[2]", true)]
    [InlineData("""{"contains": {"const": 1}, "maxContains": 1}""", "[1, 1]", false)]
    [InlineData("""{"uniqueItems": true}""", """[{"a": 1}, {"a": 1.0}]""", false)]
    [InlineData("""{"minItems": 1, "maxItems": 2}""", "[1, 2, 3]", false)]
    [InlineData("""{"allOf": [{"type": "number"}, {"minimum": 1}]}""", "0", false)]
    [InlineData("""{"anyOf": [{"type": "number"}, {"type": "string"}]}""", "true", false)]
    [InlineData("""{"oneOf": [{"type": "number"}, {"minimum": 1}]}""", "2", false)]
    [InlineData("""{"oneOf": [{"type": "number"}, {"type": "string"}]}""", "2", true)]
    [InlineData("""{"not": {"type": "string"}}""", "\"a\"", false)]
    [InlineData("""{"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}""", """{"a": 1, "b": 1}""", true)]
    [InlineData("""{"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}""", "{}", false)]
    [InlineData("""{"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}}""", "[1, \"a\"]", false)]
    [InlineData("""{"$defs": {"n": {"$anchor": "num", "type": "number"}}, "$ref": "#num"}""", "\"a\"", false)]
    [InlineData(
        """{"type": "object", "properties": {"child": {"$ref": "#"}, "v": {"type": "number"}}}""",
        """{"child": {"child": {"v": "x"}}}""",
        false
    )]
    [InlineData("""{"format": "email"}""", "\"ada@example.org\"", true)]
    [InlineData("""{"format": "email"}""", "\"ada\"", false)]
    [InlineData("""{"format": "date"}""", "\"2026-02-30\"", false)]
    [InlineData("""{"format": "date-time"}""", "\"2026-11-21T08:30:00Z\"", true)]
    [InlineData("""{"format": "ipv4"}""", "\"1.2.3\"", false)]
    [InlineData("""{"format": "ipv6"}""", "\"::1\"", true)]
    [InlineData("""{"format": "uuid"}""", "\"not-one\"", false)]
    [InlineData("""{"format": "something-else"}""", "\"a\"", true)]
    [InlineData("""{"pattern": "^\\p{Letter}+$"}""", "\"aé日𝒜\"", true)]
    [InlineData("""{"pattern": "^(?=.*\\d)[a-z\\d]{8,}$"}""", "\"abcdefg1\"", true)]
    [InlineData("""{"pattern": "^(?=.*\\d)[a-z\\d]{8,}$"}""", "\"abcdefgh\"", false)]
    [InlineData("""{"pattern": "^(?!admin$)\\w+$"}""", "\"admin\"", false)]
    [InlineData("""{"pattern": "(?<=a)b"}""", "\"ab\"", true)]
    [InlineData("""{"pattern": "(?<!a)b"}""", "\"ab\"", false)]
    [InlineData("""{"pattern": "^\\u{1F600}$"}""", "\"😀\"", true)]
    [InlineData("""{"pattern": "^[😀-😂]$"}""", "\"😁\"", true)]
    [InlineData("""{"pattern": "^.$"}""", "\"😀\"", true)]
    [InlineData("""{"pattern": "^\\d+$"}""", "\"২\"", false)]
    [InlineData("""{"pattern": "^[a-z]+$"}""", "\"abc\\n\"", false)]
    [InlineData("""{"pattern": "^[\\w-.]+$"}""", "\"a-b.c\"", true)]
    [InlineData("""{"pattern": "^a{1,3}?(b|c*){2}$"}""", "\"aabcc\"", true)]
    [InlineData("""{"pattern": "^(a+)+$"}""", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"", false)]
    [InlineData("""{"pattern": "\\bcat\\b"}""", "\"a cat.\"", true)]
    [InlineData("""{"pattern": "^{}$"}""", "\"{}\"", true)]
    [InlineData("""{"format": "uri"}""", "\"/etc/passwd\"", false)]
    [InlineData("""{"format": "uri"}""", "\"https://example.org/a?b=c#d\"", true)]
    [InlineData("""{"format": "uri"}""", "\"https://example.org/a b\"", false)]
    [InlineData("""{"format": "uri"}""", "\"urn:uuid:1\"", true)]
    [InlineData("""{"format": "uri"}""", "\"http://[::1]:80/\"", true)]
    [InlineData("""{"format": "ipv4"}""", "\"0x7f.0.0.1\"", false)]
    [InlineData("""{"format": "ipv4"}""", "\"127.0.0.01\"", false)]
    [InlineData("""{"format": "ipv4"}""", "\"127.0.0.1\\n\"", false)]
    [InlineData("""{"format": "ipv6"}""", "\"[::1]\"", false)]
    [InlineData("""{"format": "ipv6"}""", "\"fe80::1%eth0\"", false)]
    [InlineData("""{"format": "date"}""", "\"২026-11-21\"", false)]
    [InlineData("""{"format": "date-time"}""", "\"2026-11-21 08:30:00Z\"", false)]
    [InlineData("""{"format": "uuid"}""", "\"2EB8AA08-AA98-11EA-B4AA-73B441D16380\"", true)]
    [InlineData("true", "1", true)]
    [InlineData("false", "1", false)]
    [InlineData("""{"type": "string", "writeOnly": true, "minLength": 40}""", "\"{{secret:token}}\"", true)]
    [InlineData("""{"type": "string", "minLength": 40}""", "\"{{secret:token}}\"", false)]
    public void A_value_fits_or_not(string schema, string value, bool fits)
    {
        var (read, problems) = ConfigSchema.Read(schema);

        Assert.Empty(problems);
        Assert.Equal(fits, read!.Check(JsonNode.Parse(value)).Count == 0);
    }

    [Fact]
    public void Hundreds_of_patterns_for_hundreds_of_members_end_by_their_steps()
    {
        var patterns = string.Join(", ", Enumerable.Range(0, 800).Select(number => $"\"^(a|b|ab)*{number}x*$\": true"));
        var (schema, problems) = ConfigSchema.Read($$$"""{"patternProperties": {{{{patterns}}}}}""");
        var value = new JsonObject(
            Enumerable.Range(0, 800).Select(number => KeyValuePair.Create($"{new string('a', 200)}{number}", (JsonNode?)1))
        );

        Assert.Empty(problems);
        Assert.Equal("", Assert.Single(schema!.Check(value)).Path);
    }

    [Fact]
    public void Each_problem_names_its_place()
    {
        var schema = ConfigSchema
            .Read(
                """{"type": "object", "required": ["host"], "properties": {"ports": {"items": {"type": "integer", "maximum": 65535}}, "a/b": {"type": "string"}}}"""
            )
            .Schema!;

        var problems = schema.Check(JsonNode.Parse("""{"ports": [1, 70000], "a/b": 1}"""));

        Assert.Equal(
            [
                new("/host", "This is required."),
                new("/ports/1", "This must be at most 65535."),
                new SchemaProblem("/a~1b", "This must be text."),
            ],
            problems.OrderBy(problem =>
                problem.Path == "/host" ? 0
                : problem.Path == "/ports/1" ? 1
                : 2
            )
        );
    }

    [Theory]
    [InlineData("""{"type": "text"}""", "/type")]
    [InlineData("""{"$ref": "https://example.org/other.json"}""", "/$ref")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "/$ref")]
    [InlineData("""{"unevaluatedProperties": false}""", "/unevaluatedProperties")]
    [InlineData("""{"pattern": "(a"}""", "/pattern")]
    [InlineData("""{"pattern": "(a)\\1"}""", "/pattern")]
    [InlineData("""{"pattern": "^a\\Z"}""", "/pattern")]
    [InlineData("""{"pattern": "\\p{Script=Greek}"}""", "/pattern")]
    [InlineData("""{"pattern": "(?i)a"}""", "/pattern")]
    [InlineData("""{"pattern": "[b-a]"}""", "/pattern")]
    [InlineData("""{"pattern": "a{2,1}"}""", "/pattern")]
    [InlineData("""{"pattern": "*a"}""", "/pattern")]
    [InlineData("""{"patternProperties": {"[": true}}""", "/patternProperties/[")]
    [InlineData("""{"$schema": "https://example.org/own"}""", "/$schema")]
    [InlineData("""{"properties": {"a": 1}}""", "/properties/a")]
    [InlineData("""{"properties": []}""", "/properties")]
    [InlineData("""{"minimum": "1"}""", "/minimum")]
    [InlineData("""{"multipleOf": 0}""", "/multipleOf")]
    [InlineData("""{"anyOf": {}}""", "/anyOf")]
    [InlineData("{", "")]
    public void What_is_no_schema_is_named(string schema, string place)
    {
        var (read, problems) = ConfigSchema.Read(schema);

        Assert.Null(read);
        Assert.Equal(place, Assert.Single(problems).Path);
    }

    [Fact]
    public void Secrets_are_taken_out_and_stay_where_nothing_is_typed()
    {
        var schema = ConfigSchema
            .Read(
                """{"properties": {"smtp": {"properties": {"password": {"type": "string", "writeOnly": true}}}, "list": {"items": {"properties": {"key": {"type": "string", "writeOnly": true}}}}}}"""
            )
            .Schema!;
        var config = (JsonObject)JsonNode.Parse("""{"smtp": {"password": "hunter2"}, "list": [{"key": "one"}, {}]}""")!;

        var taken = SchemaSecrets.Take(schema, config);
        var again = (JsonObject)JsonNode.Parse("""{"smtp": {"password": ""}, "list": [{}, {"key": ""}]}""")!;
        SchemaSecrets.Keep(schema, again, config);

        Assert.Equal(new Dictionary<string, string> { ["smtp_password"] = "hunter2", ["list_0_key"] = "one" }, taken);
        Assert.Equal(
            """{"smtp":{"password":"{{secret:smtp_password}}"},"list":[{"key":"{{secret:list_0_key}}"},{}]}""",
            config.ToJsonString()
        );
        Assert.Equal(
            """{"smtp":{"password":"{{secret:smtp_password}}"},"list":[{"key":"{{secret:list_0_key}}"},{}]}""",
            again.ToJsonString()
        );
    }

    [Fact]
    public void A_secret_that_has_moved_up_its_list_keeps_its_name_beside_a_new_one_in_its_old_place()
    {
        var schema = ConfigSchema
            .Read("""{"properties": {"keys": {"items": {"properties": {"key": {"type": "string", "writeOnly": true}}}}}}""")
            .Schema!;
        var config = (JsonObject)JsonNode.Parse("""{"keys": [{"key": "{{secret:keys_1_key}}"}, {"key": "new"}]}""")!;

        var taken = SchemaSecrets.Take(schema, config);

        Assert.Equal(new Dictionary<string, string> { ["keys_1_key_2"] = "new" }, taken);
        Assert.Equal("""{"keys":[{"key":"{{secret:keys_1_key}}"},{"key":"{{secret:keys_1_key_2}}"}]}""", config.ToJsonString());
    }
}
