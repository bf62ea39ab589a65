using System.ClientModel;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenAI.Chat;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>OpenAI's own client talks to the console's models and agents on a real port.</summary>
public sealed class OpenAiApiOverHttpTests(OpenAiConsole console) : IClassFixture<OpenAiConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_has_models_and_agents_and_each_is_found_by_its_id()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var list = JsonNode.Parse(await program.ReadAsync("/v1/models"))!;
        var ids = list["data"]!.AsArray().Select(model => (string)model!["id"]!).ToList();
        var agent = await console.AgentAsync();

        Assert.Equal("list", (string?)list["object"]);
        Assert.Contains("fine", ids);
        Assert.Contains(agent, ids);
        Assert.Equal("agent", (string?)JsonNode.Parse(await program.ReadAsync($"/v1/models/{Uri.EscapeDataString(agent)}"))!["owned_by"]);
        Assert.Equal("fine", (string?)JsonNode.Parse(await program.ReadAsync("/v1/models/fine"))!["id"]);
        using var missing = await program.GetAsync("/v1/models/none");
        Assert.Equal((404, "model_not_found"), ((int)missing.StatusCode, (await ErrorAsync(missing)).Code));
    }

    /// <summary>OpenGateLLM 653: programs that call another address of OpenAI's have to be told which there are.</summary>
    [Theory, InlineData("/v1/responses"), InlineData("/v1/embeddings")]
    public async Task Another_address_is_not_there(string path)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        Assert.Equal((404, "unknown_url"), await RefusedAsync(program, new { }, path));
    }

    [Fact]
    public async Task A_model_answers_whole_and_in_pieces_with_its_tokens_and_the_ledger_has_it()
    {
        console.Provider.Words = ["rea", "dy ", "😀"];
        var client = console.Client("fine");

        var whole = await client.CompleteChatAsync(
            [new SystemChatMessage("Be brief."), new UserChatMessage("Hi")],
            new() { Temperature = 0.5f, EndUserId = "a program's user" },
            Cancel
        );
        List<string> pieces = [];
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var part in client.CompleteChatStreamingAsync([new UserChatMessage("Hi")], cancellationToken: Cancel))
        {
            pieces.AddRange(part.ContentUpdate.Select(content => content.Text));
            (usage, finish) = (part.Usage ?? usage, part.FinishReason ?? finish);
        }

        Assert.Equal(("ready 😀", ChatFinishReason.Stop), (whole.Value.Content[0].Text, whole.Value.FinishReason));
        Assert.Equal(
            (120, 30, 20),
            (whole.Value.Usage.InputTokenCount, whole.Value.Usage.OutputTokenCount, whole.Value.Usage.InputTokenDetails.CachedTokenCount)
        );
        Assert.Equal(["rea", "dy ", "😀"], pieces.Where(piece => piece.Length > 0));
        Assert.Equal((120, ChatFinishReason.Stop), (usage!.InputTokenCount, finish));
        Assert.Contains("fine|openai: a program's user|ok", await LedgerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_without_usage_has_none_and_one_with_it_has_it_last()
    {
        console.Provider.Words = ["a"];
        var without = await StreamAsync(
            new
            {
                model = "fine",
                messages = Hi,
                stream = true,
            }
        );
        var with = await StreamAsync(
            new
            {
                model = "fine",
                messages = Hi,
                stream = true,
                stream_options = new { include_usage = true },
            }
        );

        Assert.DoesNotContain("usage", string.Join('\n', without), StringComparison.Ordinal);
        Assert.Equal("[DONE]", without[^1]);
        Assert.Contains("\"usage\":null", with[0], StringComparison.Ordinal);
        Assert.Contains("\"choices\":[],\"usage\":{\"prompt_tokens\":120", with[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_is_asked_for_and_its_answer_goes_back()
    {
        console.Provider.Pieces =
        [
            (
                new()
                {
                    ["role"] = "assistant",
                    ["tool_calls"] = new JsonArray(
                        new JsonObject
                        {
                            ["index"] = 0,
                            ["id"] = "call_1",
                            ["type"] = "function",
                            ["function"] = new JsonObject { ["name"] = "weather_in", ["arguments"] = "{\"city\":\"Oslo\"}" },
                        },
                        new JsonObject
                        {
                            ["index"] = 1,
                            ["id"] = "call_2",
                            ["type"] = "function",
                            ["function"] = new JsonObject { ["name"] = "now", ["arguments"] = "" },
                        }
                    ),
                },
                null
            ),
        ];
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("weather_in", "The weather", BinaryData.FromString("""{"type":"object"}""")) },
        };

        ClientResult<ChatCompletion> asked;
        try
        {
            asked = await console.Client("fine").CompleteChatAsync([new UserChatMessage("Oslo?")], options, Cancel);
        }
        finally
        {
            console.Provider.Pieces = null;
        }

        var call = asked.Value.ToolCalls[0];
        Assert.Equal(("now", "{}"), (asked.Value.ToolCalls[1].FunctionName, asked.Value.ToolCalls[1].FunctionArguments.ToString()));
        Assert.Equal(("call_1", "weather_in", """{"city":"Oslo"}"""), (call.Id, call.FunctionName, call.FunctionArguments.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, asked.Value.FinishReason);
        await console
            .Client("fine")
            .CompleteChatAsync(
                [
                    new UserChatMessage("Oslo?"),
                    new AssistantChatMessage(asked.Value),
                    new ToolChatMessage(call.Id, "rain"),
                    new ToolChatMessage("call_2", "9"),
                ],
                cancellationToken: Cancel
            );
        var sent = console.Provider.Calls[^1]["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "tool", "tool"], sent.Select(message => (string)message!["role"]!));
        Assert.Equal("call_1", (string?)sent[2]!["tool_call_id"]);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() =>
            console.Client("small").CompleteChatAsync([new UserChatMessage("x")], options, Cancel)
        );
        Assert.Contains("not known to call tools", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_answers_and_what_it_can_not_do_is_said()
    {
        console.Talk.Reply = FakeLettaReply.Answers;
        console.Talk.Usage["prompt_tokens"] = 900;
        console.Talk.Usage["completion_tokens"] = 60;
        var client = console.Client(await console.AgentAsync());

        var whole = await client.CompleteChatAsync(
            [new UserChatMessage("Before"), new AssistantChatMessage("Yes."), new UserChatMessage("Where are the lamps?")],
            new() { Temperature = 0.5f },
            Cancel
        );
        Assert.Equal("I found three lamps.", whole.Value.Content[0].Text);
        Assert.Equal((900, 60), (whole.Value.Usage.InputTokenCount, whole.Value.Usage.OutputTokenCount));
        Assert.Contains($"|openai|ok|{console.Athena}|900", await LedgerAsync("agent_id || '|' || input_tokens"), StringComparison.Ordinal);
        Assert.Equal("Where are the lamps?", (string?)console.Talk.Heard[^1]["messages"]![0]!["content"]);
        Assert.Equal("temperature", whole.GetRawResponse().Headers.First(header => header.Key == "X-Sanctum-Ignored").Value);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() =>
            client.CompleteChatAsync([new UserChatMessage("x")], new() { Tools = { ChatTool.CreateFunctionTool("f") } }, Cancel)
        );
        Assert.Equal(400, refused.Status);
        console.Talk.Reply = FakeLettaReply.AsksForApproval;
        var waits = await Assert.ThrowsAsync<ClientResultException>(() =>
            client.CompleteChatAsync([new UserChatMessage("x")], null, Cancel)
        );
        Assert.Equal(422, waits.Status);
        console.Talk.Reply = FakeLettaReply.Answers;
    }

    [Fact]
    public async Task Refusals_have_OpenAIs_shape_whoever_refuses()
    {
        using var stranger = console.WithKey("sk-sanctum-unknown");
        using var reader = console.WithKey(await console.CreateKeyAsync("registry:read"));
        using var weak = console.WithKey(await console.CreateKeyAsync("conversations:use"));

        Assert.Equal((401, "invalid_api_key"), await RefusedAsync(stranger, new { model = "fine", messages = Hi }));
        Assert.Equal((403, "insufficient_permissions"), await RefusedAsync(reader, new { model = "fine", messages = Hi }));
        Assert.Equal((404, "model_not_found"), await RefusedAsync(weak, new { model = $"agent/{console.Athena}", messages = Hi }));
        Assert.Equal((404, "model_not_found"), await RefusedAsync(weak, new { model = "gpt-9", messages = Hi }));
        Assert.Equal(
            (400, "unsupported_parameter"),
            await RefusedAsync(
                weak,
                new
                {
                    model = "fine",
                    messages = Hi,
                    n = 2,
                }
            )
        );
        Assert.Equal((503, "overloaded"), await RefusedAsync(weak, new { model = "status-503", messages = Hi }));
        Assert.Equal(TimeSpan.FromSeconds(30), await RetryAfterAsync(weak, "30"));
        Assert.Null(await RetryAfterAsync(weak, "soon"));
        Assert.Equal(
            (503, "overloaded"),
            await RefusedAsync(
                weak,
                new
                {
                    model = "status-503",
                    messages = Hi,
                    stream = true,
                }
            )
        );
        Assert.Equal(
            (413, "request_too_large"),
            await RefusedAsync(
                weak,
                new { model = "fine", messages = new[] { new { role = "user", content = new string('x', 21_000_000) } } }
            )
        );
    }

    [Fact]
    public async Task A_client_that_vanishes_ends_the_call_of_the_model()
    {
        using var program = new HttpClient { BaseAddress = console.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleServer.FirstKey);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var before = console.Provider.Calls.Count;
        var asking = program.PostAsJsonAsync(
            "/v1/chat/completions",
            new
            {
                model = "silent",
                messages = Hi,
                stream = true,
            },
            leave.Token
        );
        await Wait.UntilAsync(() => Task.FromResult(console.Provider.Calls.Count > before));

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        await Wait.UntilAsync(async () => (await LedgerAsync()).Contains("cancelled", StringComparison.Ordinal));
    }

    private static readonly object[] Hi = [new { role = "user", content = "Hi" }];

    private Task<string> LedgerAsync(string more = "''") =>
        Sqlite3.RunAsync(
            Path.Combine(console.Home, "registry.db"),
            $"SELECT model, conversation, outcome, {more} FROM llm_usage ORDER BY id DESC LIMIT 20"
        );

    private async Task<IReadOnlyList<string>> StreamAsync(object call)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var answer = await program.SendAsync(HttpMethod.Post, "/v1/chat/completions", call);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..])];
    }

    private async Task<TimeSpan?> RetryAfterAsync(Caller program, string said)
    {
        console.Provider.RetryAfter = said;
        using var answer = await program.SendAsync(HttpMethod.Post, "/v1/chat/completions", new { model = "status-503", messages = Hi });
        return answer.Headers.RetryAfter?.Delta;
    }

    private static async Task<(int, string?)> RefusedAsync(Caller program, object call, string path = "/v1/chat/completions")
    {
        using var answer = await program.SendAsync(HttpMethod.Post, path, call);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return ((int)answer.StatusCode, (await ErrorAsync(answer)).Code);
    }

    private static async Task<(string Message, string? Code)> ErrorAsync(HttpResponseMessage answer)
    {
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["error"]!;
        Assert.NotEmpty((string)error["message"]!);
        return ((string)error["message"]!, (string?)error["code"]);
    }
}
