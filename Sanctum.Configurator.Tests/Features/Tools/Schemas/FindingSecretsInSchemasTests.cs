using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.Tools.Schemas;

/// <summary>
/// Whatever way a schema marks something as writeOnly, it is encrypted, or refused where it can't be. Pydantic writes an optional secret as
/// anyOf, JSON Forms and others put it into branches, lists and patterns.
/// </summary>
public sealed class FindingSecretsInSchemasTests
{
    private const string Secret = "canary-7b1e0c9d52a84f36";
    private const string Text = """{"type": "string", "writeOnly": true}""";

    [Theory]
    [InlineData($$"""{"properties": {"s": {"anyOf": [{{Text}}, {"type": "null"}]} } }""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData("""{"properties": {"s": {"allOf": [{"type": "string"}, {"writeOnly": true}]}}}""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData("""{"properties": {"s": {"writeOnly": true}}}""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData($$"""{"oneOf": [{"properties": {"s": {{Text}} } }] }""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData($$"""{"allOf": [{"properties": {"s": {{Text}} } }] }""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData(
        $$"""{"if": {"properties": {"m": {"const": 1} } }, "then": {"properties": {"s": {{Text}} } } }""",
        $$"""{"m": 1, "s": "{{Secret}}"}"""
    )]
    [InlineData($$"""{"additionalProperties": {{Text}} }""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData($$"""{"patternProperties": {"^s": {{Text}} } }""", $$"""{"s": "{{Secret}}"}""")]
    [InlineData($$"""{"dependentSchemas": {"m": {"properties": {"s": {{Text}} } } } }""", $$"""{"m": 1, "s": "{{Secret}}"}""")]
    [InlineData($$"""{"properties": {"s": {"type": "array", "items": {{Text}} } } }""", $$"""{"s": ["{{Secret}}"]}""")]
    [InlineData($$"""{"properties": {"s": {"type": "array", "prefixItems": [{{Text}}] } } }""", $$"""{"s": ["{{Secret}}"]}""")]
    [InlineData(
        """{"properties": {"s": {"type": "object", "writeOnly": true, "properties": {"k": {"type": "string", "maxLength": 30}}}}}""",
        $$"""{"s": {"k": "{{Secret}}", "on": true} }"""
    )]
    [InlineData(
        $$"""{"$defs": {"p": {"anyOf": [{{Text}}, {"type": "null"}]} }, "properties": {"s": {"$ref": "#/$defs/p"} } }""",
        $$"""{"s": "{{Secret}}"}"""
    )]
    public async Task A_marked_text_is_encrypted_and_kept(string schema, string config)
    {
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync("Marked", schema);

        var saved = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, config)));
        var again = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, saved.Config!.ToJsonString(), saved)));

        Assert.Contains("{{secret:s", saved.Config.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(saved.Config.ToJsonString(), again.Config!.ToJsonString());
        foreach (var table in new[] { "tool_instances", "configurations", "change_history" })
        {
            Assert.DoesNotContain(Secret, await world.Registry.OutsideAsync($"SELECT * FROM {table}"), StringComparison.Ordinal);
        }

        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM configurations WHERE is_encrypted"));
    }

    [Theory]
    [InlineData("""{"properties": {"s": {"type": "integer", "writeOnly": true}}}""", """{"s": 99887766}""")]
    [InlineData("""{"properties": {"s": {"type": "boolean", "writeOnly": true}}}""", """{"s": true}""")]
    public async Task What_can_not_be_encrypted_is_not_stored(string schema, string config)
    {
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync("Marked", schema);

        var refused = Assert.IsType<Outcome<InstanceRow>.Invalid>(await world.SaveInstanceAsync(Form(tool, config)));

        Assert.Contains("only a text can be encrypted", refused.Reasons["Config/s"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_is_left_takes_its_secret_along()
    {
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync(
            "Either",
            $$"""
            {"oneOf": [{"properties": {"password": {{Text}} }, "required": ["password"], "additionalProperties": false},
              {"properties": {"token": {{Text}} }, "required": ["token"], "additionalProperties": false}] }
            """
        );
        var saved = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, $$"""{"password": "{{Secret}}"}""")));

        var other = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, """{"token": "another-one"}""", saved)));

        Assert.Equal("""{"token":"{{secret:token}}"}""", other.Config!.ToJsonString());
        Assert.Equal("secret.token", await world.Registry.OutsideAsync("SELECT key FROM configurations"));
    }

    private static InstanceForm Form(ToolRow tool, string config, InstanceRow? before = null) =>
        new()
        {
            Id = before?.Id ?? 0,
            Version = before?.Version,
            ToolId = tool.Id,
            Name = "One",
            Config = (JsonObject)JsonNode.Parse(config)!,
        };
}
