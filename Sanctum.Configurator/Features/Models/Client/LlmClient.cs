using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Microsoft.Extensions.AI;
using OpenAI;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A model in a provider's list.</summary>
/// <param name="EndsOn">The day on which the provider ends it; null where the list does not say.</param>
/// <param name="ContextWindow">Tokens that it takes at most; null where the list does not say.</param>
public sealed record ListedModel(string Id, DateOnly? EndsOn, int? ContextWindow = null);

/// <summary>
/// The one way to a model, for tests, messages and everything else: a library's client for each dialect, over the console's guarded
/// connections. Whatever fails is an <see cref="LlmCallException"/>.
/// </summary>
public sealed class LlmClient(OutboundHttp http)
{
    private const long LongestAnswer = 64L * 1024 * 1024;
    private const string NoKey = "none";

    /// <summary>Tokens that an answer may have where the caller does not say and the provider wants a number.</summary>
    private const int AnswerTokens = 8192;

    private static readonly string[] Windows =
    [
        "loaded_context_length",
        "max_model_len",
        "context_window",
        "context_length",
        "max_context_length",
        "max_input_tokens",
        "inputTokenLimit",
        "n_ctx",
        "n_ctx_train",
    ];

    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(15);

    /// <summary>The model as the rest of the console talks to it. Cheap: the connections are shared.</summary>
    public IChatClient Chat(LlmPlace place)
    {
        var handler = NewHandler(place);
        return new SureChat(
            place.Provider.Dialect == LlmDialect.Anthropic
                ? new AnthropicClient
                {
                    ApiKey = place.Key ?? NoKey,
                    BaseUrl = place.Address.AbsoluteUri.TrimEnd('/'),
                    HttpClient = NewClient(handler),
                    MaxRetries = 0,
                    Timeout = LongestCall,
                }.AsIChatClient(place.Model, AnswerTokens)
                : NewOpenAi(place, handler).GetChatClient(place.Model).AsIChatClient(),
            place,
            handler
        );
    }

    /// <summary>What a text is embedded as, and of how many tokens; null where the provider does not say.</summary>
    public async Task<(ReadOnlyMemory<float> Vector, long? Tokens)> EmbedAsync(LlmPlace place, string text, CancellationToken cancel)
    {
        var handler = NewHandler(place);
        using var embeddings = NewOpenAi(place, handler).GetEmbeddingClient(place.Model).AsIEmbeddingGenerator();
        return await GuardAsync(
            place,
            async () =>
                await embeddings.GenerateAsync([text], cancellationToken: cancel) is [{ Vector: { Length: > 0 } vector }, ..] answer
                    ? (vector, answer.Usage?.InputTokenCount)
                    : throw LlmAnswers.Make(place, LlmVerdict.Empty, null, "no vector"),
            cancel
        );
    }

    /// <summary>The provider's own list; null where it has none, which is fine.</summary>
    public async Task<IReadOnlyList<ListedModel>?> ListAsync(LlmPlace place, CancellationToken cancel)
    {
        using var client = NewClient(NewHandler(place));
        var isAnthropic = place.Provider.Dialect == LlmDialect.Anthropic;
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{place.Address.AbsoluteUri.TrimEnd('/')}{(isAnthropic ? "/v1/models?limit=1000" : "/models")}"
        );
        if (isAnthropic)
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            using var json = await JsonDocument.ParseAsync(body, default, cancel);
            return ModelsIn(json.RootElement);
        }
        catch (LlmCallException e) when (e.Verdict is LlmVerdict.NotAnApi or LlmVerdict.ModelMissing)
        {
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Runs a library's call, of which only one kind of exception comes.</summary>
    internal static async Task<T> GuardAsync<T>(LlmPlace place, Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (Explain(place, e, cancel) is { } why)
        {
            throw why;
        }
    }

    /// <summary>Null where it is none of ours to explain: the caller gave up, or it is explained already.</summary>
    internal static LlmCallException? Explain(LlmPlace place, Exception e, CancellationToken cancel) =>
        e switch
        {
            LlmCallException => null,
            OperationCanceledException when cancel.IsCancellationRequested => null,
            _ when Inner(e) is { } ours => ours,
            OperationCanceledException => LlmAnswers.Make(place, LlmVerdict.TimedOut, null, "no answer"),
            OutboundFailedException failure => LlmAnswers.Explain(place, failure),
            JsonException
            or FormatException
            or ClientResultException
            or InvalidOperationException
            or ArgumentException
            or HttpRequestException
            or KeyNotFoundException
            or NotSupportedException
            or IOException
            or Anthropic.Exceptions.AnthropicException => new(
                LlmVerdict.NotAnApi,
                $"{place.Provider.Name} answered in a way that can't be read: {e.Message}",
                LlmAnswers.HintOf(place, LlmVerdict.NotAnApi),
                e
            ),
            _ => null,
        };

    private static LlmCallException? Inner(Exception e) =>
        e switch
        {
            LlmCallException ours => ours,
            AggregateException many => many.InnerExceptions.Select(Inner).FirstOrDefault(found => found is not null),
            { InnerException: { } inner } => Inner(inner),
            _ => null,
        };

    private static OpenAIClient NewOpenAi(LlmPlace place, LlmHandler handler) =>
        new(
            new ApiKeyCredential(place.Key ?? NoKey),
            new OpenAIClientOptions
            {
                Endpoint = place.Address,
                Transport = new HttpClientPipelineTransport(NewClient(handler)),
                RetryPolicy = new ClientRetryPolicy(0),
                NetworkTimeout = LongestCall,
            }
        );

    private LlmHandler NewHandler(LlmPlace place) => new(place, http.CreateHandler(place.Address, LongestAnswer));

    // The shared connections outlive each client.
    private static HttpClient NewClient(LlmHandler handler) => new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    private static IReadOnlyList<ListedModel>? ModelsIn(JsonElement answer)
    {
        var list =
            answer.ValueKind == JsonValueKind.Array ? answer
            : answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("data", out var data) ? data
            : default;
        return list.ValueKind != JsonValueKind.Array
            ? null
            :
            [
                .. list.EnumerateArray()
                    .Where(one =>
                        one.ValueKind == JsonValueKind.Object
                        && one.TryGetProperty("id", out var id)
                        && id.ValueKind == JsonValueKind.String
                    )
                    .Select(one => new ListedModel(one.GetProperty("id").GetString()!, DayIn(one), WindowIn(one))),
            ];
    }

    /// <summary>Each server has a word of its own for it; of several, what it was started with goes before what the model could.</summary>
    private static int? WindowIn(JsonElement model) =>
        Windows
            .Select(name =>
                model.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var tokens)
                && tokens > 0
                    ? tokens
                    : (int?)null
            )
            .FirstOrDefault(tokens => tokens is not null)
        ?? (model.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object ? WindowIn(meta) : null);

    private static DateOnly? DayIn(JsonElement model) =>
        model.TryGetProperty("shutdown_date", out var day)
        && day.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(day.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : null;
}
