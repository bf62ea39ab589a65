using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>One value of a configuration, with the control that its schema asks for.</summary>
public sealed partial class SchemaValue
{
    private readonly string _helpId = Ids.Next("schema-help");
    private readonly string _errorId = Ids.Next("schema-error");
    private JsonObject? _members;
    private string? _json;
    private string? _jsonProblem;

    [Parameter, EditorRequired]
    public required ConfigSchema Schema { get; set; }

    /// <summary>What the schema says of this value.</summary>
    [Parameter, EditorRequired]
    public JsonElement At { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>The JSON pointer of the value.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    [Parameter]
    public bool IsRequired { get; set; }

    [Parameter]
    public IReadOnlyList<SchemaProblem> Problems { get; set; } = [];

    [Parameter]
    public JsonNode? Value { get; set; }

    [Parameter]
    public JsonNode? Stored { get; set; }

    /// <summary>Null takes the value away.</summary>
    [Parameter]
    public EventCallback<JsonNode?> ValueChanged { get; set; }

    private string Title => SchemaShape.Word(At, "title") ?? Name;

    private string? Help => SchemaShape.Word(At, "description");

    private string? Problem => Problems.FirstOrDefault(problem => problem.Path == Path)?.Message;

    private string? Text =>
        Value is JsonValue value
            ? value.TryGetValue<string>(out var text)
                ? text
                : value.ToJsonString()
            : null;

    private bool IsStored =>
        Stored is JsonValue value && value.TryGetValue<string>(out var text) && SecretPlaceholder.NameIn(text) is not null;

    /// <summary>A stored secret is not shown, and its placeholder means nothing to anybody.</summary>
    private string? TypedSecret => Text is { } text && SecretPlaceholder.NameIn(text) is null ? text : null;

    private string? SecretHelp => IsStored ? $"{Help} Leave empty to keep the stored secret.".Trim() : Help;

    private JsonObject Members => _members = Value as JsonObject ?? _members ?? [];

    private JsonArray Items => Value as JsonArray ?? [];

    private JsonElement Each => SchemaShape.Resolve(Schema, At.GetProperty("items"));

    private IReadOnlyList<Choice<string>> Choices =>
        [
            .. IsRequired ? [] : new Choice<string>[] { new("", "not set") },
            .. At.GetProperty("enum").EnumerateArray().Select(item => new Choice<string>(JsonSerializer.Serialize(item), item.ToString())),
        ];

    private Task SetTextAsync(string? text) => ValueChanged.InvokeAsync(text is { Length: > 0 } ? JsonValue.Create(text) : null);

    private Task SetNumberAsync(string? text) =>
        ValueChanged.InvokeAsync(
            text is not { Length: > 0 } ? null
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
            : JsonValue.Create(text)
        );

    private Task SetChoiceAsync(string? json) => ValueChanged.InvokeAsync(json is { Length: > 0 } ? JsonNode.Parse(json) : null);

    private Task SetJsonAsync(string? text)
    {
        _json = text;
        (var node, _jsonProblem) = string.IsNullOrWhiteSpace(text) ? (null, null) : JsonText.Parse(text);
        return _jsonProblem is null ? ValueChanged.InvokeAsync(node) : Task.CompletedTask;
    }

    private Task SetItemAsync(int at, JsonNode? value)
    {
        var items = (JsonArray)Items.DeepClone();
        items[at] = value?.DeepClone() ?? JsonValue.Create("");
        return ValueChanged.InvokeAsync(items);
    }

    private Task RemoveAsync(int at)
    {
        var items = (JsonArray)Items.DeepClone();
        items.RemoveAt(at);
        return ValueChanged.InvokeAsync(items);
    }

    private Task AddAsync()
    {
        var items = (JsonArray)Items.DeepClone();
        items.Add(
            SchemaShape.ControlOf(Each) switch
            {
                SchemaControl.Group => new JsonObject(),
                SchemaControl.List => new JsonArray(),
                SchemaControl.Number => JsonValue.Create(0),
                SchemaControl.Switch => JsonValue.Create(false),
                SchemaControl.Choice => JsonNode.Parse(Each.GetProperty("enum")[0].GetRawText()),
                _ => JsonValue.Create(""),
            }
        );
        return ValueChanged.InvokeAsync(items);
    }
}
