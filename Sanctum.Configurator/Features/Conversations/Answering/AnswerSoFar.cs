using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>An answer as far as it has come, put together of its pieces.</summary>
internal sealed class AnswerSoFar
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly OrderedDictionary<string, ConversationToolCall> _calls = [];

    public AnswerSoFar() { }

    /// <param name="before">What it goes on from.</param>
    public AnswerSoFar(ConversationMessage before)
    {
        _text.Append(before.Content);
        _reasoning.Append(before.Reasoning);
        foreach (var call in ConversationReader.Read<ConversationToolCall>(before.ToolCalls))
        {
            _calls[call.Id] = call;
        }
    }

    public string Text => _text.ToString();

    public string Reasoning => _reasoning.ToString();

    public IReadOnlyList<ConversationToolCall> Calls => [.. _calls.Values];

    public int Length => _text.Length + _reasoning.Length;

    public bool IsEmpty => Length == 0 && _calls.Count == 0;

    /// <summary>Characters of the text itself.</summary>
    public int TextLength => _text.Length;

    public void Add(ConversationPieceKind kind, string text)
    {
        switch (kind)
        {
            case ConversationPieceKind.Text:
                _text.Append(text);
                break;
            case ConversationPieceKind.Reasoning:
                _reasoning.Append(text);
                break;
            case ConversationPieceKind.Tool when JsonSerializer.Deserialize<ConversationToolCall>(text, ApiJson.Options) is { } call:
                _calls[call.Id] = call;
                break;
            case ConversationPieceKind.Reset:
                _text.Clear();
                _reasoning.Clear();
                _calls.Clear();
                break;
        }
    }

    public void WriteTo(ConversationMessage message)
    {
        message.Content = WholeText.Of(Text);
        message.Reasoning = _reasoning.Length == 0 ? null : WholeText.Of(Reasoning);
        message.ToolCalls = _calls.Count == 0 ? null : JsonSerializer.Serialize(Calls, ApiJson.Options);
    }
}
