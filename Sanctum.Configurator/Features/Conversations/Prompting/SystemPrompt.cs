using Sanctum.Configurator.Features.Models.Usage;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>
/// The system prompt, part by part, in the order of seed 004: context, tokens, catalog, guidelines, what was said, what is remembered. What
/// stays the same stands first, so that providers can keep it.
/// </summary>
internal sealed class SystemPrompt(string model)
{
    private readonly StringBuilder _text = new();
    private readonly List<PromptPart> _parts = [];

    public IReadOnlyList<PromptPart> Parts => _parts;

    public string Text => _text.ToString();

    public int Tokens => _parts.Sum(part => part.Tokens);

    /// <param name="text">Null or empty where there is nothing to say.</param>
    public void Add(string title, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        var whole = $"## {title}\n{text.Trim()}";
        _text.Append(_text.Length == 0 ? whole : $"\n\n{whole}");
        _parts.Add(new(title, TokenEstimate.Count(model, whole)));
    }

    public void AddJson(string title, string? json) => Add(title, json is null ? null : $"```json\n{json}\n```");
}
