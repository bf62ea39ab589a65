using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Features.Tools.Schemas;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Adds or configures an instance with the form that its schema describes, or as JSON.</summary>
public sealed partial class InstanceDialog
{
    private const string NoKind = "";
    private const int MostAgents = 20;

    private readonly Dictionary<int, string?> _names = [];
    private IReadOnlyList<Choice<string>> _kinds = [];
    private IReadOnlyList<SchemaProblem> _problems = [];
    private ConfigSchema? _schema;
    private JsonObject? _stored;
    private string _title = "";
    private string? _text;
    private string? _textProblem;
    private Choice<int>? _agent;
    private bool _isText;

    /// <summary>The name of the agent whose it is.</summary>
    [Parameter]
    public string? Agent { get; set; }

    /// <summary>The tool's own; null where the kind says how it is configured.</summary>
    [Parameter]
    public JsonNode? Schema { get; set; }

    [Inject]
    public required InstanceService Instances { get; init; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required ToolKinds Kinds { get; init; }

    protected override string Thing => "instance";

    private string Kind => Form.Config?["kind"] is JsonValue kind && kind.TryGetValue<string>(out var name) ? name : NoKind;

    protected override void OnInitialized()
    {
        Name(Form.AgentId, Agent);
        base.OnInitialized();
    }

    protected override void OnFilled()
    {
        (_title, _stored) = (Form.Name, (JsonObject?)Form.Config?.DeepClone());
        _agent = Form.AgentId is { } id ? new(id, _names[id] ?? $"{id}") : null;
        _kinds = [new(NoKind, "Nothing: configuration only"), .. Kinds.All.Select(kind => new Choice<string>(kind.Kind, kind.Title))];
        Read();
    }

    private void Read()
    {
        _schema = Kinds.SchemaOf(Schema?.ToJsonString(), Form.Config) is { } text ? ConfigSchema.Read(text).Schema : null;
        Form.Config ??= _schema is null ? null : [];
        (_text, _isText) = (Form.Config?.ToJsonString(JsonText.Readable) ?? "{\n}", _isText || _schema is null);
    }

    private void ChooseKind(string? kind)
    {
        Form.Config = kind is { Length: > 0 } ? new() { ["kind"] = kind } : null;
        (_isText, _problems) = (false, []);
        Read();
        if (_schema is { } schema && Form.Config is { } config)
        {
            SchemaDefaults.Put(schema, schema.Root, config);
        }
    }

    private void Switch()
    {
        if (_isText && !TryReadText())
        {
            return;
        }

        _isText = !_isText;
        _text = Form.Config?.ToJsonString(JsonText.Readable);
    }

    private bool TryReadText()
    {
        var (node, problem) = string.IsNullOrWhiteSpace(_text) ? (null, null) : JsonText.Parse(_text);
        _textProblem = problem ?? (node is null or JsonObject ? null : "This is not a JSON object.");
        Form.Config = _textProblem is null ? node as JsonObject : Form.Config;
        return _textProblem is null;
    }

    private void ChooseAgent(Choice<int>? agent) => Name(Form.AgentId = (_agent = agent)?.Value, agent?.Text);

    private void Name(int? agent, string? name) => _names[agent ?? 0] = name;

    private async Task<IEnumerable<Choice<int>>> FindAgentsAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.AgentsAsync(search, MostAgents, cancel)).Select(agent => (agent.AgentId, agent.Name)));

    protected override async Task<Outcome<InstanceRow>> SaveAsync()
    {
        _problems = [];
        return _isText && !TryReadText() ? NotYet : await Instances.SaveAsync(Form, CancellationToken.None);
    }

    protected override object Answer(InstanceRow saved) => $"{saved.Name} was saved.";

    protected override Task<InstanceForm?> FindTheirsAsync(InstanceRow current)
    {
        Name(current.AgentId, current.Agent);
        return Task.FromResult<InstanceForm?>(InstanceForm.Of(current));
    }

    /// <summary>What is wrong inside the configuration stands at its place in it; secrets that it asks for get a field.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        const string Configured = nameof(InstanceForm.Config);
        const string Secrets = nameof(InstanceForm.Secrets) + "/";
        _problems =
        [
            .. reasons
                .Where(r => r.Key.StartsWith(Configured, StringComparison.Ordinal))
                .Select(r => new SchemaProblem(r.Key[Configured.Length..], r.Value)),
        ];
        foreach (var asked in reasons.Where(r => r.Key.StartsWith(Secrets, StringComparison.Ordinal)))
        {
            Form.Secrets ??= [];
            Form.Secrets.TryAdd(asked.Key[Secrets.Length..], null);
        }

        base.Refuse(reasons.Where(r => !r.Key.StartsWith(Configured, StringComparison.Ordinal)).ToDictionary());
    }
}
