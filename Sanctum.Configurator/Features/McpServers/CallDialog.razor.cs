using Microsoft.AspNetCore.Components;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.Tools.Schemas;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Calls a tool with the form that its schema describes, answers what the server asks meanwhile, and shows what came of it.</summary>
public sealed partial class CallDialog
{
    private const int LongestSaid = 16 * 1024;

    private JsonObject _arguments = [];
    private ConfigSchema? _schema;
    private IReadOnlyList<SchemaProblem> _problems = [];
    private CancellationTokenSource? _running;
    private McpCallAnswer? _answer;
    private Question? _asked;
    private string? _text = "{\n}";
    private string _said = "";
    private double? _share;

    [Parameter, EditorRequired]
    public required int ServerId { get; set; }

    [Parameter, EditorRequired]
    public required McpPinRow Pin { get; set; }

    [Inject]
    public required McpToolCalls Calls { get; init; }

    protected override string Thing => "tool";

    /// <summary>What runs is stopped first.</summary>
    internal override void Cancel()
    {
        if (_running is not null)
        {
            _running.Cancel();
        }
        else
        {
            base.Cancel();
        }
    }

    protected override void OnFilled()
    {
        _schema = Pin.Seen?["inputSchema"] is { } schema ? ConfigSchema.Read(schema.ToJsonString()).Schema : null;
        if (_schema is not null)
        {
            SchemaDefaults.Put(_schema, _schema.Root, _arguments);
        }
    }

    protected override async Task<Outcome<McpCallAnswer>> SaveAsync()
    {
        (_answer, _said, _share, _problems) = (null, "", null, []);
        if (Read() is not { } arguments)
        {
            return NotYet;
        }

        using var running = _running = CancellationTokenSource.CreateLinkedTokenSource(Closed);
        try
        {
            _answer = Take(
                await Calls.CallAsync(ServerId, Pin.Name, arguments, running.Token, new Heard(Hear), (asked, stop) => AskAsync(asked, stop))
            );
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            State.Say("Stopped. The action may already have taken effect.");
        }
        finally
        {
            (_running, _asked) = (null, null);
        }

        return NotYet;
    }

    private JsonObject? Read()
    {
        if (_schema is { } schema)
        {
            _problems = schema.Check(_arguments);
            return _problems.Count == 0 ? (JsonObject)_arguments.DeepClone() : null;
        }

        var (node, problem) = JsonText.Parse(_text);
        _problems = node is JsonObject ? [] : [new("", problem ?? "The arguments must be a JSON object.")];
        return node as JsonObject;
    }

    private async ValueTask<ElicitResult> AskAsync(ElicitRequestParams asked, CancellationToken stop)
    {
        var question = new Question(
            asked.Mode == "url" ? $"{asked.Message} ({asked.Url})" : asked.Message,
            asked.RequestedSchema is { } schema
                ? ConfigSchema.Read(JsonSerializer.Serialize(schema, McpJsonUtilities.DefaultOptions)).Schema
                : null
        );
        await InvokeAsync(() =>
        {
            if (question.Schema is { } form)
            {
                SchemaDefaults.Put(form, form.Root, question.Values);
            }

            _asked = question;
            StateHasChanged();
        });
        return await question.Answer.Task.WaitAsync(stop);
    }

    private void Accept()
    {
        if (_asked is not { } asked)
        {
            return;
        }

        asked.Problems = asked.Schema?.Check(asked.Values) ?? [];
        if (asked.Problems.Count == 0)
        {
            var values = asked.Values.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value));
            End(new() { Action = "accept", Content = values });
        }
    }

    private void Decline() => End(new() { Action = "decline" });

    private void End(ElicitResult result)
    {
        var asked = _asked;
        _asked = null;
        asked?.Answer.TrySetResult(result);
    }

    private void Hear(ProgressNotificationValue progress) =>
        _ = InvokeAsync(() =>
        {
            _share = progress.Total is > 0 and var total ? Math.Clamp(progress.Progress / total, 0, 1) : null;
            var piece = progress.Message is { } message ? $"{message}\n" : "";
            _said = _said.Length + piece.Length > LongestSaid ? (_said + piece)[^LongestSaid..] : _said + piece;
            StateHasChanged();
        });

    private sealed class Heard(Action<ProgressNotificationValue> hear) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => hear(value);
    }

    /// <summary>What the server wants to know.</summary>
    private sealed class Question(string message, ConfigSchema? schema)
    {
        public string Message => message;

        public ConfigSchema? Schema => schema;

        public JsonObject Values { get; } = [];

        public IReadOnlyList<SchemaProblem> Problems { get; set; } = [];

        public TaskCompletionSource<ElicitResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
