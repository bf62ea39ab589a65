using System.Text;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.OpenAiApi;

namespace Sanctum.Configurator.Tests.Features.OpenAiApi;

/// <summary>What programs send is read as they mean it, or refused by the name of what can't be done.</summary>
public sealed class ReadingCallsTests
{
    private const string Messages = """ "messages": [{"role": "user", "content": "Hi"}] """;

    private static ChatCall Read(string json) => ChatCallReader.Read(Encoding.UTF8.GetBytes(json));

    private static OpenAiError Refusal(string more) =>
        Assert.Throws<OpenAiException>(() => Read($$"""{"model": "fine", {{Messages}}, {{more}}}""")).Error;

    [Fact]
    public void A_call_with_all_that_can_be_said_is_read()
    {
        var call = Read(
            """
            {"model": "fine", MESSAGES, "stream": true, "stream_options": {"include_usage": true}, "temperature": 0.5, "top_p": 1, "max_completion_tokens": 9,
             "stop": ["a", "b"], "seed": 7, "presence_penalty": -1, "frequency_penalty": 1, "user": "someone", "n": 1, "logprobs": false, "store": false,
             "service_tier": "auto", "metadata": {}, "modalities": ["text"], "logit_bias": null, "parallel_tool_calls": false, "reasoning_effort": "low",
             "response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": {"type": "object"}, "strict": true}},
             "tools": [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": {"type": "object"}, "strict": true}}, {"type": "function", "function": {"name": "now"}}],
             "tool_choice": {"type": "function", "function": {"name": "weather"}}}
            """.Replace("MESSAGES", Messages, StringComparison.Ordinal)
        );

        Assert.Equal(("fine", true, true, "someone"), (call.Model, call.Streams, call.IncludesUsage, call.User));
        Assert.Equal((0.5f, 1f, 9, 7L), (call.Options.Temperature, call.Options.TopP, call.Options.MaxOutputTokens, call.Options.Seed));
        Assert.Equal(["a", "b"], call.Options.StopSequences!);
        Assert.Equal(["weather", "now"], call.Options.Tools!.Select(tool => tool.Name));
        Assert.Equal("weather", Assert.IsType<RequiredChatToolMode>(call.Options.ToolMode).RequiredFunctionName);
        Assert.True(call.HasTools && call.HasStructure);
        Assert.False(call.Options.AllowMultipleToolCalls);
    }

    /// <summary>A program that is told of success must have got what it asked for.</summary>
    [Theory]
    [InlineData("\"n\": 2", "n")]
    [InlineData("\"logprobs\": true", "logprobs")]
    [InlineData("\"top_logprobs\": 5", "top_logprobs")]
    [InlineData("\"store\": true", "store")]
    [InlineData("\"metadata\": {\"a\": \"b\"}", "metadata")]
    [InlineData("\"logit_bias\": {\"50256\": -100}", "logit_bias")]
    [InlineData("\"modalities\": [\"text\", \"audio\"]", "modalities")]
    [InlineData("\"audio\": {}", "audio")]
    [InlineData("\"service_tier\": \"flex\"", "service_tier")]
    [InlineData("\"functions\": []", "functions")]
    [InlineData("\"stream\": true, \"stream_options\": {\"include_obfuscation\": true}", "stream_options.include_obfuscation")]
    [InlineData("\"tools\": [{\"type\": \"web_search\"}]", "tools[0].type")]
    public void What_can_not_be_done_is_refused_by_its_name(string more, string param)
    {
        var refusal = Refusal(more);

        Assert.Equal((400, "unsupported_parameter", param), (refusal.Status, refusal.Code, refusal.Param));
    }

    [Theory]
    [InlineData("\"temprature\": 1", "temprature")]
    [InlineData("\"temperature\": 3", "temperature")]
    [InlineData("\"temperature\": \"hot\"", "temperature")]
    [InlineData("\"max_tokens\": 0", "max_tokens")]
    [InlineData("\"max_tokens\": 1.5", "max_tokens")]
    [InlineData("\"max_tokens\": 5, \"max_completion_tokens\": 5", "max_tokens")]
    [InlineData("\"stop\": []", "stop")]
    [InlineData("\"stream\": \"yes\"", "stream")]
    [InlineData("\"stream_options\": {\"include_usage\": true}", "stream_options")]
    [InlineData("\"response_format\": {\"type\": \"xml\"}", "response_format.type")]
    [InlineData("\"tools\": [1]", "tools[0]")]
    [InlineData("\"tool_choice\": \"required\"", "tool_choice")]
    [InlineData("\"user\": \"\\ud800\"", "user")]
    public void What_is_wrong_is_said_by_its_name(string more, string param) => Assert.Equal(param, Refusal(more).Param);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"model\": \"fine\"}")]
    [InlineData("{\"model\": \"fine\", \"messages\": []}")]
    [InlineData("{\"model\": \"\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}")]
    [InlineData("{\"model\": \"a\", \"model\": \"b\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}")]
    public void What_is_no_call_is_refused(string json) => Assert.Equal(400, Assert.Throws<OpenAiException>(() => Read(json)).Error.Status);

    [Fact]
    public void Messages_come_in_all_their_shapes()
    {
        var call = Read(
            """
            {"model": "fine", "messages": [
              {"role": "developer", "content": "Be brief."},
              {"role": "user", "name": "ada", "content": [{"type": "text", "text": "What is "}, {"type": "text", "text": "this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}}, {"type": "image_url", "image_url": {"url": "https://pictures.example/a.png"}}]},
              {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{\"at\": 1}"}}]},
              {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "a cat"}]},
              {"role": "assistant", "content": "A cat.", "refusal": null},
              {"role": "user", "content": ""}, {"role": "assistant", "content": null}]}
            """
        );

        Assert.Equal(
            [ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.User, ChatRole.Assistant],
            call.Messages.Select(m => m.Role)
        );
        Assert.Equal("What is this?", call.Messages[1].Text);
        Assert.Equal(["TextContent", "TextContent", "DataContent", "UriContent"], call.Messages[1].Contents.Select(c => c.GetType().Name));
        var made = Assert.IsType<FunctionCallContent>(Assert.Single(call.Messages[2].Contents));
        Assert.Equal(("call_1", "look", "1"), (made.CallId, made.Name, $"{made.Arguments!["at"]}"));
        Assert.Equal("a cat", Assert.IsType<FunctionResultContent>(Assert.Single(call.Messages[3].Contents)).Result);
    }

    [Theory]
    [InlineData("""{"role": "robot", "content": "x"}""", "messages[0].role")]
    [InlineData("""{"role": "function", "name": "f", "content": "x"}""", "messages[0].role")]
    [InlineData("""{"role": "user"}""", "messages[0].content")]
    [InlineData("""{"role": "user", "content": 5}""", "messages[0].content")]
    [InlineData("""{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}""", "messages[0].content[0].type")]
    [InlineData(
        """{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]}""",
        "messages[0].content[0].image_url.url"
    )]
    [InlineData(
        """{"role": "system", "content": [{"type": "image_url", "image_url": {"url": "https://a.example/b"}}]}""",
        "messages[0].content[0].type"
    )]
    [InlineData("""{"role": "tool", "content": "x"}""", "messages[0].tool_call_id")]
    public void A_message_that_can_not_be_read_is_refused_by_its_place(string message, string param) =>
        Assert.Equal(param, Assert.Throws<OpenAiException>(() => Read($$"""{"model": "fine", "messages": [{{message}}]}""")).Error.Param);

    /// <summary>vllm 684, kimi-cli 2165, CLIProxyAPI 2001, codegraff 752: one bad call of a model ended the conversation for ever.</summary>
    [Theory]
    [InlineData("[1]", """{"arguments":"[1]"}""")]
    [InlineData("{\\\"value\\\": ", """{"arguments":"{\u0022value\u0022: "}""")]
    [InlineData("{\\\"value\\\": 1}", """{"value":1}""")]
    [InlineData("", "{}")]
    [InlineData("null", "null")]
    public void A_call_that_a_model_broke_off_does_not_end_the_conversation(string arguments, string read)
    {
        var call = Read(
            """{"model": "fine", "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "A"}}]}, {"role": "tool", "tool_call_id": "1", "content": "It is no JSON."}]}""".Replace(
                "\"A\"",
                $"\"{arguments}\"",
                StringComparison.Ordinal
            )
        );

        var made = Assert.IsType<FunctionCallContent>(Assert.Single(call.Messages[1].Contents));
        Assert.Equal(read, System.Text.Json.JsonSerializer.Serialize(made.Arguments));
    }

    /// <summary>opencode and others send hints for a provider's cache, and whom a call is for: the answer is the same without them.</summary>
    [Fact]
    public void Hints_that_change_no_answer_are_passed_over() =>
        Assert.Equal(
            "fine",
            Read($$"""{"model": "fine", {{Messages}}, "prompt_cache_key": "session-1", "safety_identifier": "u1"}""").Model
        );
}
