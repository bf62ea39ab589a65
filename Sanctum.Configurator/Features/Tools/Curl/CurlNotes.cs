namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>The sentences on what a command says that the request does not hold: each once, and not more than a person reads.</summary>
internal sealed class CurlNotes
{
    private const int Most = 100;

    private readonly List<string> _sentences = [];
    private readonly HashSet<string> _known = [];

    public IReadOnlyList<string> Sentences => _sentences;

    public void Add(string sentence)
    {
        if (_sentences.Count <= Most && _known.Add(sentence))
        {
            _sentences.Add(_sentences.Count < Most ? sentence : "There are more notes of this kind.");
        }
    }
}

/// <summary>Why a command is refused, and where. The position counts from 0.</summary>
internal sealed record CurlFault(string Reason, int Position);
