namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Keys that are known by how they begin, and JSON Web Tokens. A key is as long as the characters it is made of reach.</summary>
public static class SecretShapes
{
    private const int ShortestKey = 10;

    private static readonly (string Start, int Least, string Kind)[] Keys =
    [
        ("sk-", 16, "API key"),
        ("sk_", 16, "API key"),
        ("rk_live_", 16, "Stripe key"),
        ("rk_test_", 16, "Stripe key"),
        ("whsec_", 16, "webhook secret"),
        ("ghp_", 20, "GitHub token"),
        ("gho_", 20, "GitHub token"),
        ("ghu_", 20, "GitHub token"),
        ("ghs_", 20, "GitHub token"),
        ("ghr_", 20, "GitHub token"),
        ("github_pat_", 22, "GitHub token"),
        ("glpat-", 20, "GitLab token"),
        ("xoxb-", 16, "Slack token"),
        ("xoxp-", 16, "Slack token"),
        ("xoxa-", 16, "Slack token"),
        ("xoxr-", 16, "Slack token"),
        ("xoxs-", 16, "Slack token"),
        ("xapp-", 16, "Slack token"),
        ("AIza", 30, "Google key"),
        ("ya29.", 20, "Google token"),
        ("GOCSPX-", 20, "Google secret"),
        ("AKIA", 20, "AWS key"),
        ("ASIA", 20, "AWS key"),
        ("hf_", 20, "Hugging Face token"),
        ("npm_", 30, "npm token"),
        ("pypi-", 30, "PyPI token"),
        ("SG.", 30, "SendGrid key"),
        ("key-", 32, "Mailgun key"),
        ("dop_v1_", 30, "DigitalOcean token"),
        ("shpat_", 30, "Shopify token"),
        ("gsk_", 20, "Groq key"),
        ("xai-", 20, "xAI key"),
        ("pplx-", 20, "Perplexity key"),
        ("tvly-", 16, "Tavily key"),
        ("r8_", 30, "Replicate token"),
        ("lin_api_", 20, "Linear key"),
        ("ntn_", 30, "Notion token"),
        ("secret_", 30, "Notion token"),
        ("EAAC", 30, "Meta token"),
        ("-----BEGIN", ShortestKey, "private key"),
        ("eyJ", 30, "JSON Web Token"),
    ];

    /// <summary>The places of keys between two positions, none within another.</summary>
    public static IEnumerable<(string Kind, int Start, int Length)> Find(string text, int start, int end)
    {
        var at = start;
        while (at < end)
        {
            var from = at;
            while (at < end && IsOfKey(text[at]))
            {
                at++;
            }

            if (at == from)
            {
                at++;
            }
            else if (KindOf(text.AsSpan(from, at - from)) is { } kind)
            {
                // A private key's lines reach to the end of what it stands in.
                at = kind == "private key" ? end : at;
                yield return (kind, from, at - from);
            }
        }
    }

    private static string? KindOf(ReadOnlySpan<char> word)
    {
        if (word.Length < ShortestKey)
        {
            return null;
        }

        foreach (var (start, least, kind) in Keys)
        {
            if (word.Length >= least && word.StartsWith(start, StringComparison.Ordinal) && (start != "eyJ" || word.Count('.') == 2))
            {
                return kind;
            }
        }

        // Telegram puts a bot's token into the path: bot123456:AAE…
        return
            word.StartsWith("bot", StringComparison.Ordinal)
            && word.IndexOf(':') is > 8 and var colon
            && word.Length - colon > 30
            && word[3..colon].ContainsAnyExceptInRange('0', '9') == false
            ? "Telegram token"
            : null;
    }

    private static bool IsOfKey(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':';
}
