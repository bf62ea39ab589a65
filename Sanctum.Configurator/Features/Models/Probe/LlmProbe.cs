using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Probe;

/// <summary>What is tested.</summary>
/// <param name="Key">Where the key comes from, in words.</param>
/// <param name="HasTools">It is said to call tools.</param>
/// <param name="Dimension">The length its embeddings are said to have; null where nothing is said.</param>
/// <param name="Config">What its calls are written down for.</param>
internal sealed record LlmProbeRequest(
    LlmPlace Place,
    string Key,
    bool HasTools,
    bool HasStructuredOutput,
    int? Dimension,
    LlmConfig Config,
    UsageContext Context
);

/// <summary>
/// Tests a model by the very calls that the console makes of it later: its list, an answer in pieces, a tool, a schema or an embedding, and
/// how long it still lives.
/// </summary>
internal sealed class LlmProbe(LlmClient client, MeteredModels models, TimeProvider clock)
{
    public const string ListStep = "Models";
    public const string AnswerStep = "Answer";
    public const string ToolsStep = "Tools";
    public const string StructureStep = "Structured output";
    public const string EmbeddingStep = "Embedding";
    public const string EndStep = "Lives until";

    private const string Question = "Reply with the single word: ready";

    /// <summary>All steps of a test, in order.</summary>
    public static IReadOnlyList<string> StepsOf(LlmPurpose purpose) =>
        purpose == LlmPurpose.Chat ? [ListStep, AnswerStep, ToolsStep, StructureStep, EndStep] : [ListStep, EmbeddingStep, EndStep];

    /// <param name="endOf">When the model ends, by what the provider's list says of it.</param>
    public Task<LlmReport> RunAsync(
        LlmProbeRequest request,
        Func<ListedModel?, ModelEnd?> endOf,
        IProgress<LlmStep> steps,
        CancellationToken cancel
    ) => new Run(client, models, clock, request, steps).RunAsync(endOf, cancel);

    /// <summary>One test.</summary>
    private sealed class Run(
        LlmClient client,
        MeteredModels models,
        TimeProvider clock,
        LlmProbeRequest request,
        IProgress<LlmStep> progress
    )
    {
        private static readonly JsonElement Schema = JsonDocument
            .Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""")
            .RootElement.Clone();
        private readonly List<LlmStep> _steps = [];
        private readonly long _began = clock.GetTimestamp();
        private LlmCallException? _failure;
        private double? _firstToken;
        private int? _dimension;
        private IReadOnlyList<ListedModel>? _list;

        private LlmPlace Place => request.Place;

        public async Task<LlmReport> RunAsync(Func<ListedModel?, ModelEnd?> endOf, CancellationToken cancel)
        {
            await StepAsync(LlmProbe.ListStep, () => ListAsync(cancel));
            if (Place.Purpose == LlmPurpose.Embedding)
            {
                await StepAsync(LlmProbe.EmbeddingStep, () => EmbedAsync(cancel));
            }
            else
            {
                await StepAsync(LlmProbe.AnswerStep, () => AnswerAsync(cancel));
                await StepAsync(LlmProbe.ToolsStep, () => ToolsAsync(cancel), isWanted: request.HasTools);
                await StepAsync(LlmProbe.StructureStep, () => StructureAsync(cancel), isWanted: request.HasStructuredOutput);
            }

            var end = endOf(_list?.FirstOrDefault(IsThis));
            AddEnd(end);
            var took = clock.GetElapsedTime(_began).TotalMilliseconds;
            return new(
                _failure?.Verdict ?? LlmVerdict.Answers,
                _failure is null,
                _failure?.Message ?? Message(),
                _failure?.Hint,
                took,
                _firstToken,
                _dimension,
                _steps,
                _list?.Select(model => model.Id).Order(StringComparer.OrdinalIgnoreCase).ToList()
            )
            {
                End = end,
            };
        }

        private async Task StepAsync(string title, Func<Task<(LlmStepEnd, string)>> act, bool isWanted = true)
        {
            if (!isWanted || _failure is not null)
            {
                Add(new(title, LlmStepEnd.Skipped, isWanted ? "Not reached." : "Not asked for.", 0));
                return;
            }

            var began = clock.GetTimestamp();
            try
            {
                var (end, detail) = await act();
                Add(new(title, end, detail, clock.GetElapsedTime(began).TotalMilliseconds));
            }
            catch (LlmCallException e)
            {
                _failure = e;
                Add(new(title, LlmStepEnd.Failed, e.Message, clock.GetElapsedTime(began).TotalMilliseconds));
            }
        }

        private async Task<(LlmStepEnd, string)> ListAsync(CancellationToken cancel)
        {
            try
            {
                _list = await client.ListAsync(Place, cancel);
            }
            catch (LlmCallException e) when (!IsOfTheDoor(e.Verdict))
            {
                // Keys may be allowed to talk and not to list.
                return (LlmStepEnd.Warning, $"The list could not be read, which may be fine. {e.Message}");
            }

            return _list switch
            {
                null => (LlmStepEnd.Passed, $"The server has no list of models, which is fine. {request.Key}"),
                { Count: 0 } => (LlmStepEnd.Warning, $"The server's list of models is empty. {request.Key}"),
                _ when !_list.Any(IsThis) => (
                    LlmStepEnd.Warning,
                    $"{Place.Model} is not among the {Count(_list.Count)} of the list{Nearest()}. {request.Key}"
                ),
                _ => (LlmStepEnd.Passed, $"{Place.Model} is one of {Count(_list.Count)}. {request.Key}"),
            };
        }

        /// <summary>Whatever else is tried would fail in the same way.</summary>
        private static bool IsOfTheDoor(LlmVerdict verdict) =>
            verdict
                is LlmVerdict.Unreachable
                    or LlmVerdict.WrongAddress
                    or LlmVerdict.TimedOut
                    or LlmVerdict.KeyMissing
                    or LlmVerdict.KeyRefused
                    or LlmVerdict.NotAnApi;

        private async Task<(LlmStepEnd, string)> AnswerAsync(CancellationToken cancel)
        {
            using var chat = NewChat();
            var began = clock.GetTimestamp();
            var said = "";
            await foreach (var part in chat.GetStreamingResponseAsync(Question, cancellationToken: cancel))
            {
                _firstToken ??= clock.GetElapsedTime(began).TotalMilliseconds;
                said += part.Text;
            }

            return (LlmStepEnd.Passed, $"It said “{(said.Trim() is { Length: <= 60 } text ? text : said.Trim()[..60] + "…")}”.");
        }

        private async Task<(LlmStepEnd, string)> ToolsAsync(CancellationToken cancel)
        {
            using var chat = NewChat();
            var options = new ChatOptions
            {
                Tools = [AIFunctionFactory.CreateDeclaration("weather_in", "Says how the weather is in a city.", Schema)],
                ToolMode = ChatToolMode.RequireAny,
            };
            var answer = await AskAsync(chat, "How is the weather in Oslo?", options, LlmVerdict.ToolsMissing, cancel);
            return answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().FirstOrDefault() is { } call
                ? (LlmStepEnd.Passed, $"It called the tool {call.Name}.")
                : throw LlmAnswers.Make(Place, LlmVerdict.ToolsMissing, answer.Text, "no call");
        }

        private async Task<(LlmStepEnd, string)> StructureAsync(CancellationToken cancel)
        {
            using var chat = NewChat();
            var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "place") };
            var answer = await AskAsync(chat, "The capital of Norway, by the schema.", options, LlmVerdict.StructureMissing, cancel);
            return IsByTheSchema(answer.Text)
                ? (LlmStepEnd.Passed, "It answered by the schema.")
                : throw LlmAnswers.Make(Place, LlmVerdict.StructureMissing, answer.Text, "another form");
        }

        /// <summary>A server that does not know what it is asked for refuses the call.</summary>
        private async Task<ChatResponse> AskAsync(
            IChatClient chat,
            string text,
            ChatOptions options,
            LlmVerdict without,
            CancellationToken cancel
        )
        {
            try
            {
                return await chat.GetResponseAsync(text, options, cancel);
            }
            catch (LlmCallException e) when (e.Verdict is LlmVerdict.Refused or LlmVerdict.Empty)
            {
                throw LlmAnswers.Make(Place, without, e.Message, "the call was refused");
            }
        }

        private async Task<(LlmStepEnd, string)> EmbedAsync(CancellationToken cancel)
        {
            var vector = await models.EmbedAsync(Place, "ready", request.Config, request.Context, cancel);
            _dimension = vector.Length;
            return request.Dimension is { } said && said != vector.Length
                ? throw LlmAnswers.Make(
                    Place,
                    LlmVerdict.WrongDimension,
                    null,
                    string.Create(CultureInfo.InvariantCulture, $"{vector.Length} numbers instead of {said}")
                )
                : (LlmStepEnd.Passed, string.Create(CultureInfo.InvariantCulture, $"An embedding has {vector.Length} numbers."));
        }

        private IChatClient NewChat() => models.Chat(Place, request.Config, request.Context);

        private void AddEnd(ModelEnd? end)
        {
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            Add(
                end is null
                    ? new(LlmProbe.EndStep, LlmStepEnd.Passed, "No end is known.", 0)
                    : new(
                        LlmProbe.EndStep,
                        end.IsSoon(today) ? LlmStepEnd.Warning : LlmStepEnd.Passed,
                        $"It {end.Sentence(today)} (source: {end.Source}).{(end.Replacement is { } other ? $" In its place: {other}." : "")}",
                        0
                    )
            );
        }

        private void Add(LlmStep step)
        {
            _steps.Add(step);
            progress.Report(step);
        }

        private string Message() =>
            Place.Purpose == LlmPurpose.Embedding
                ? string.Create(CultureInfo.InvariantCulture, $"{Place.Model} embeds, with {_dimension} numbers.")
                : string.Create(CultureInfo.InvariantCulture, $"{Place.Model} answers; its first word came after {_firstToken:0} ms.");

        /// <summary>Some lists name models with a path before or a tag behind.</summary>
        private bool IsThis(ListedModel listed) =>
            string.Equals(listed.Id, Place.Model, StringComparison.OrdinalIgnoreCase)
            || string.Equals(listed.Id, $"models/{Place.Model}", StringComparison.OrdinalIgnoreCase)
            || string.Equals(listed.Id, $"{Place.Model}:latest", StringComparison.OrdinalIgnoreCase);

        private string Nearest() =>
            Platform.NearestName.Find(Place.Model, _list!.Select(model => model.Id)) is { } near ? $"; did you mean {near}?" : "";

        private static string Count(int models) => Platform.Counts.Of(models, "model");

        private static bool IsByTheSchema(string text)
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                return json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty("city", out var city)
                    && city.ValueKind == JsonValueKind.String;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}
