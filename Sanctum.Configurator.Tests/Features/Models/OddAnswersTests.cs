using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.OpenAiApi;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

/// <summary>What servers write that are not OpenAI, as people reported it of programs that talk to them.</summary>
public sealed class OddAnswersTests
{
    private const string Stop = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// openai-dotnet 267, 340, 389; LocalAI 5102; opencode 40969; langchainjs 11470; MiniMax-M2.5 2; vercel/ai 15464: a word that the library
    /// does not know, in each piece or at the end.
    /// </summary>
    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"","content":"ready"},"finish_reason":""}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"ready"},"finish_reason":"eos"}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"ready","role":"model"},"finish_reason":"normal"}]}""")]
    [InlineData("""{"id":7,"created":1.5e9,"model":null,"choices":[{"index":null,"delta":{"content":"ready"}}]}""")]
    [InlineData("""{"created":"2026-11-30","object":"","choices":[{"delta":{"content":"ready"},"logprobs":{"tokens":null}}]}""")]
    [InlineData(
        """{"choices":[{"delta":{"content":"ready"}}],"usage":{"prompt_tokens":null,"completion_tokens":"2","total_tokens":2.0}}"""
    )]
    [InlineData("""{"choices":[{"delta":{"content":"ready"}}],"usage":{"prompt_tokens_details":{"cached_tokens":null}}}""")]
    [InlineData("""{"choices":[{"delta":{"content":"ready"}}],"usage":{"total_tokens":0,"total_characters":0}}""")]
    [InlineData("""{"choices":[{"delta":{"content":[{"type":"text","text":"rea"},{"type":"text","text":"dy"}]}}]}""")]
    public async Task A_piece_with_an_odd_word_ends_no_answer(string piece) =>
        Assert.Equal("ready", (await StreamAsync($"data: {piece}\n\ndata: {Stop}\n\ndata: [DONE]\n\n")).Text);

    /// <summary>Azure/azure-sdk-for-go 21086, mentat 429, llm 294: pieces without choices, before the first one and after the last one.</summary>
    [Theory]
    [InlineData("""{"id":"","choices":[],"created":0,"model":"","object":"","prompt_filter_results":[]}""")]
    [InlineData("""{"choices":null,"usage":null}""")]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""")]
    [InlineData("""{"choices":[{"index":0,"delta":null}]}""")]
    [InlineData("""{"choices":[{"index":0}]}""")]
    public async Task A_piece_without_words_ends_no_answer(string piece) =>
        Assert.Equal(
            "ready",
            (await StreamAsync($"data: {piece}\n\n{Says("ready")}data: {piece}\n\ndata: {Stop}\n\ndata: [DONE]\n\n")).Text
        );

    /// <summary>vllm 47647, LLMGateway 1541, OpenRouter: comments, other ends of lines, no blank after the colon, a mark at the beginning.</summary>
    [Fact]
    public async Task Lines_are_read_however_they_are_written()
    {
        var said = await StreamAsync(
            $": OPENROUTER PROCESSING\r\n\r\ndata:{{\"choices\":[{{\"delta\":{{\"role\":\"\",\"content\":\"rea\"}}}}]}}\r\n\r\nevent: ping\r\n\r\n{Says("dy")}data:{Stop}\r\n\r\ndata:[DONE]"
        );

        Assert.Equal("ready", said.Text);
    }

    /// <summary>ai-dial-adapter-openai 395, agent-framework 6978, req_llm 742: thoughts and words in a list. vLLM, Ollama: reasoning.</summary>
    [Theory]
    [InlineData("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}""")]
    [InlineData("""{"reasoning":"Hm.","content":null}""")]
    [InlineData("""{"reasoning":"Hm.","reasoning_content":"Hm.","content":""}""")]
    [InlineData("""{"reasoning_content":"Hm."}""")]
    public async Task Thoughts_are_no_words(string delta)
    {
        var said = await StreamAsync(
            "data: {\"choices\":[{\"delta\":" + delta + "}]}" + $"\n\n{Says("ready")}data: {Stop}\n\ndata: [DONE]\n\n"
        );

        Assert.Equal("ready", said.Text);
        Assert.Equal("Hm.", string.Concat(said.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Select(t => t.Text)));
    }

    /// <summary>joplin 16595, LibreChat 7154, open-webui 9030: thoughts stand in the words, between tags that come in pieces.</summary>
    [Theory]
    [InlineData("<think>Hm.</think>ready", "Hm.", "ready")]
    [InlineData("\\n<|think>|\\nHm|.|</|think|>|\\n\\n|rea|dy", "Hm.", "ready")]
    [InlineData("<thinking>Hm.</thinking>\\nready", "Hm.", "ready")]
    [InlineData("<thought>Hm.", "Hm.", "")]
    [InlineData("<|b>ready</b>", "", "<b>ready</b>")]
    [InlineData("ready <think>is a tag</think>", "", "ready <think>is a tag</think>")]
    [InlineData("<th", "", "<th")]
    public async Task Thoughts_between_tags_are_no_words(string pieces, string thoughts, string words)
    {
        var said = await StreamAsync($"{string.Concat(pieces.Split('|').Select(Says))}data: {Stop}\n\ndata: [DONE]\n\n");
        var contents = said.Messages.SelectMany(m => m.Contents).ToList();

        Assert.Equal((words, thoughts), (said.Text, string.Concat(contents.OfType<TextReasoningContent>().Select(t => t.Text))));
    }

    /// <summary>eliza 30904, rakazo 416: a character in two pieces.</summary>
    [Fact]
    public async Task A_character_in_two_pieces_is_one()
    {
        var said = await StreamAsync($"{Says(@"one \ud83d")}{Says(@"\ude00 two \udc00")}{Says("!")}data: {Stop}\n\ndata: [DONE]\n\n");

        Assert.Equal("one 😀 two \ufffd!", said.Text);
    }

    /// <summary>
    /// AstrBot 6692, continue 13225, agno 8880, vercel/ai 18333, ollama 7881, opencode 25925: calls without a number, without an id, with the
    /// number of another call, with an empty kind, and with arguments that are no text.
    /// </summary>
    [Theory]
    [InlineData("""{"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"function":{"arguments":":1}"}}""", "f1")]
    [InlineData(
        """{"index":0,"function":{"name":"f","arguments":"{\"x\""}}""",
        """{"index":0,"id":"","type":"","function":{"name":"","arguments":":1}"}}""",
        "f1"
    )]
    [InlineData(
        """{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}""",
        """{"index":0,"id":"b","function":{"name":"g","arguments":"{\"x\":2}"}}""",
        "f1 g2"
    )]
    [InlineData(
        """{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}""",
        """{"id":"b","function":{"name":"g","arguments":{"x":2}}}""",
        "f1 g2"
    )]
    [InlineData(
        """{"index":1,"id":"a","type":null,"function":{"name":"f","arguments":"{\"x\""}}""",
        """{"index":1,"id":"other","function":{"arguments":":1}"}}""",
        "f1"
    )]
    [InlineData(
        """{"index":null,"id":null,"function":{"name":"f","arguments":"{\"x\":1}"}}""",
        """{"index":null,"id":null,"function":{"name":null,"arguments":null}}""",
        "f1"
    )]
    public async Task Calls_of_tools_are_put_together_as_they_are_meant(string first, string second, string calls)
    {
        static string Piece(string call) => "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + call + "]}}]}\n\n";

        var said = await StreamAsync($"{Piece(first)}{Piece(second)}data: {Stop}\n\ndata: [DONE]\n\n");

        var made = said.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(calls, string.Join(' ', made.Select(call => $"{call.Name}{call.Arguments!["x"]}")));
        Assert.All(made, call => Assert.NotEmpty(call.CallId));
        Assert.Equal(made.Count, made.Select(call => call.CallId).Distinct().Count());
    }

    /// <summary>autolith 56, CLIProxyAPI 2001, qwen-code 6249: arguments that are no JSON are told from none, and none is no fault.</summary>
    [Theory]
    [InlineData("{\\\"x\\\": ", "{\"x\": ")]
    [InlineData("", null)]
    [InlineData(" ", null)]
    public async Task Arguments_that_are_no_JSON_are_told_from_none(string given, string? written)
    {
        var call =
            "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\""
            + given
            + "\"}}]}}]}";

        var said = await StreamAsync($"data: {call}\n\ndata: {Stop}\n\ndata: [DONE]\n\n");

        var made = Assert.Single(said.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        Assert.Equal(written, made.AdditionalProperties?[SureChat.WrittenArguments]);
        Assert.Equal(written is null, made.Exception is null);
        Assert.Equal(written ?? "{}", (string?)ChatShapes.Call(made, null)["function"]!["arguments"]);
    }

    /// <summary>agent-afk 635, OpenBitFun 2038, litellm 42140, oh-my-pi 9433: what stands between ends the stream in good order.</summary>
    [Theory]
    [InlineData("", LlmVerdict.Broken)]
    [InlineData(
        """data: {"choices":[{"index":0,"delta":{},"finish_reason":"network_error"}]}""" + "\n\ndata: [DONE]\n\n",
        LlmVerdict.Broken
    )]
    [InlineData(
        """data: {"choices":[{"index":0,"delta":{},"finish_reason":"error"}],"error":{"code":429,"message":"rate_limit"}}""" + "\n\n",
        LlmVerdict.RateLimited
    )]
    [InlineData("data: [DONE]\n\n", null)]
    [InlineData("""data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", null)]
    [InlineData("""data: {"error":null,"message":"","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}""", null)]
    public async Task A_stream_that_ends_in_the_middle_is_no_answer(string end, LlmVerdict? verdict)
    {
        var asked = StreamAsync(Says("The first half") + end);

        Assert.Equal(verdict, (await Record.ExceptionAsync(() => asked) as LlmCallException)?.Verdict);
    }

    /// <summary>opencodex 3770, LiteLLM: a stream was asked for, and the answer comes as a whole, or an error does.</summary>
    [Fact]
    public async Task A_whole_answer_where_a_stream_was_asked_for_is_read_with_all_that_it_has()
    {
        const string Whole = """
            {"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "ready", "reasoning": "Hm.",
              "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}, "finish_reason": "length"}],
             "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
            """;
        const string Error = "{\n  \"error\": {\n    \"message\": \"Upstream is overloaded\",\n    \"code\": \"overloaded\"\n  }\n}\n";

        var said = await StreamAsync(Whole, "application/json");
        var failed = await Assert.ThrowsAsync<LlmCallException>(() => StreamAsync(Error, "application/json"));

        Assert.Equal(("ready", ChatFinishReason.Length, 5L), (said.Text, said.FinishReason!.Value, said.Usage!.TotalTokenCount!.Value));
        Assert.Equal("f", Assert.Single(said.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>()).Name);
        Assert.Equal(LlmVerdict.Overloaded, failed.Verdict);
    }

    /// <summary>janhq/jan 3946, AIShell 350: a whole answer has no reason, or another one.</summary>
    [Theory]
    [InlineData("""{"choices":[{"index":0,"finish_reason":null,"message":{"role":"assistant","content":"ready"}}]}""")]
    [InlineData(
        """{"choices":[{"message":{"content":"ready"},"finish_reason":"end_turn"}],"created":"now","usage":{"prompt_tokens":null}}"""
    )]
    [InlineData("""{"choices":[{"message":{"content":"ready \ud83d","tool_calls":null,"role":"bot"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"ready","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]}}]}""")]
    public async Task A_whole_answer_with_an_odd_word_is_read(string answer)
    {
        var said = await AskAsync(answer, "application/json", chat => chat.GetResponseAsync("Hi", cancellationToken: Cancel));

        Assert.StartsWith("ready", said.Text, StringComparison.Ordinal);
    }

    /// <summary>open-webui and others show "[object Object]": each server says in a place of its own what is wrong.</summary>
    [Theory]
    [InlineData("""{"detail":[{"loc":["body","messages"],"msg":"field required","type":"missing"}]}""", "field required")]
    [InlineData("""{"errors":[{"message":"no such account","code":7}],"success":false}""", "no such account")]
    [InlineData("""{"error":{"message":{"text":"x"},"detail":"too long"}}""", "too long")]
    [InlineData("""{"Message":"not signed"}""", "not signed")]
    [InlineData("""[{"error":{"code":400,"message":"bad part","status":"INVALID_ARGUMENT"}}]""", "bad part")]
    [InlineData("""{"error":{"reason":7}}""", "reason")]
    [InlineData("""{"error":"\ud83d"}""", "HTTP 422")]
    public async Task What_a_server_says_is_told(string answer, string words)
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.RawStatus = 422;

        var failed = await Assert.ThrowsAsync<LlmCallException>(() =>
            AskAsync(world, answer, "application/json", chat => chat.GetResponseAsync("Hi", cancellationToken: Cancel))
        );

        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
    }

    private static string Says(string words) => "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + words + "\"}}]}\n\n";

    private static Task<ChatResponse> StreamAsync(string answer, string type = "text/event-stream") =>
        AskAsync(answer, type, chat => chat.GetStreamingResponseAsync("Hi", cancellationToken: Cancel).ToChatResponseAsync(Cancel));

    private static async Task<ChatResponse> AskAsync(string answer, string type, Func<IChatClient, Task<ChatResponse>> ask)
    {
        await using var world = await ModelsWorld.CreateAsync();
        return await AskAsync(world, answer, type, ask);
    }

    private static async Task<ChatResponse> AskAsync(
        ModelsWorld world,
        string answer,
        string type,
        Func<IChatClient, Task<ChatResponse>> ask
    )
    {
        world.Provider.Raw = (type, answer);
        var place = new LlmPlace(LlmProvider.Of(LlmProvider.Compatible), "odd", new(world.Provider.Address), null, null, LlmPurpose.Chat);
        using var chat = new LlmClient(world.Registry.Services.GetRequiredService<OutboundHttp>()).Chat(place);
        return await ask(chat);
    }
}
