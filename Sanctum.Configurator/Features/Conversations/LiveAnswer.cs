using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Rendering;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>An answer on a page while it is made.</summary>
public sealed class LiveAnswer(int run)
{
    private const int MostThoughts = 8_000;

    private readonly OrderedDictionary<string, ConversationToolCall> _calls = [];

    public int RunId => run;

    /// <summary>Null until it has begun.</summary>
    public Guid? MessageId { get; private set; }

    public MarkdownBlocks Blocks { get; private set; } = new();

    public string Reasoning { get; private set; } = "";

    public IReadOnlyList<ConversationToolCall> Calls => [.. _calls.Values];

    /// <summary>Grows with each piece.</summary>
    public int Pieces { get; private set; }

    /// <returns>True where there is something else to draw.</returns>
    public bool Add(AnswerEvent told)
    {
        switch (told.Data)
        {
            case AnswerStarted started:
                MessageId = started.MessageId;
                Blocks.Add(started.Content);
                break;
            case AnswerPiece piece when told.Kind == "text":
                Blocks.Add(piece.Text);
                break;
            case AnswerPiece piece when told.Kind == "reasoning":
                Reasoning = Reasoning.Length < MostThoughts ? Reasoning + piece.Text : Reasoning;
                break;
            case AnswerPiece:
                (Blocks, Reasoning) = (new(), "");
                _calls.Clear();
                break;
            case ConversationToolCall call:
                _calls[call.Id] = call;
                break;
            default:
                return false;
        }

        Pieces++;
        return true;
    }
}
