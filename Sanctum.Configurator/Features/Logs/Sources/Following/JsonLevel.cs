using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A level as a member of JSON.</summary>
internal static partial class JsonLevel
{
    /// <summary>A word, syslog's 0 to 7, or 10 to 60 as bunyan, pino and Python count; both also as text.</summary>
    public static LogLevelWord? Of(JsonNode value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => OfText(value.GetValue<string>()),
            JsonValueKind.Number when value.AsValue().TryGetValue<double>(out var number) => OfNumber(number),
            _ => null,
        };

    private static LogLevelWord? OfText(string text) =>
        LogQueryReader.FindLevel(text)
        ?? (
            double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? OfNumber(number)
            : Word().Match(text) is { Success: true, Groups: var parts }
                ? OfLetter(parts["letter"].Value) ?? LogQueryReader.FindLevel(parts["word"].Value)
            : null
        );

    private static LogLevelWord? OfNumber(double number) =>
        number switch
        {
            (>= 60 and < 100) or (>= 0 and <= 2) => LogLevelWord.Critical,
            (>= 50 and < 60) or 3 => LogLevelWord.Error,
            (>= 40 and < 50) or 4 => LogLevelWord.Warning,
            (>= 30 and < 40) or 5 or 6 => LogLevelWord.Info,
            (>= 10 and < 30) or 7 => LogLevelWord.Debug,
            _ => null,
        };

    private static LogLevelWord? OfLetter(string letter) =>
        letter switch
        {
            "F" => LogLevelWord.Critical,
            "E" => LogLevelWord.Error,
            "W" => LogLevelWord.Warning,
            "I" => LogLevelWord.Info,
            "D" => LogLevelWord.Debug,
            _ => null,
        };

    /// <summary>With its step, as slog's ERROR+2 and PostgreSQL's DEBUG1; or its first letter, as MongoDB's E and D2.</summary>
    [GeneratedRegex(@"^(?:(?<letter>[A-Z])[1-5]?|(?<word>[A-Za-z]{2,12})[+-]?\d{1,3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
