namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>Puts the defaults of a schema where nothing stands yet.</summary>
public static class SchemaDefaults
{
    public static void Put(ConfigSchema schema, JsonElement at, JsonObject node, int depth = 0)
    {
        at = SchemaShape.Resolve(schema, at);
        if (depth > ConfigSchema.Deepest || at.ValueKind != JsonValueKind.Object || !at.TryGetProperty("properties", out var properties))
        {
            return;
        }

        foreach (var property in properties.EnumerateObject().Where(property => !node.ContainsKey(property.Name)))
        {
            var own = SchemaShape.Resolve(schema, property.Value);
            if (
                own.ValueKind == JsonValueKind.Object
                && (own.TryGetProperty("default", out var value) || own.TryGetProperty("const", out value))
            )
            {
                node[property.Name] = JsonNode.Parse(value.GetRawText());
            }
            else if (SchemaShape.ControlOf(own) == SchemaControl.Group && SchemaShape.Requires(at, property.Name))
            {
                var group = new JsonObject();
                node[property.Name] = group;
                Put(schema, own, group, depth + 1);
            }
        }
    }
}
