namespace Sanctum.Configurator.Platform.Cron;

/// <summary>Takes an expression apart into its five fields.</summary>
internal static class CronTokenizer
{
    private const string Whole = "minute, hour, day of month, month and day of week";

    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    public static IReadOnlyList<CronWord>? Split(string text, out CronFault? fault)
    {
        var words = WordsOf(text);
        if (words is [(var start, ['@', ..] name), ..])
        {
            return ReadMacro(start, name, words, out fault);
        }

        var end = text.AsSpan().TrimEnd().Length;
        fault = words.Count switch
        {
            _ when text.Length > CronSchedule.MostCharacters => new(
                CronSchedule.MostCharacters,
                text.Length - CronSchedule.MostCharacters,
                null,
                string.Create(CultureInfo.InvariantCulture, $"A schedule can have at most {CronSchedule.MostCharacters} characters.")
            ),
            0 => new(0, 0, CronPart.Minute.Name, $"Enter five fields: {Whole}, such as 0 3 * * * for each day at 03:00."),
            < 5 => Missing(end, words.Count),
            5 => null,
            _ => new(
                words[5].Start,
                end - words[5].Start,
                null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The schedule has {words.Count} fields instead of five: {Whole}, such as 0 3 * * *. Seconds and years are not supported."
                )
            ),
        };
        return fault is not null ? null : [.. words.Select((word, at) => new CronWord(CronPart.All[at], word.Text, word.Start))];
    }

    private static CronFault Missing(int end, int count)
    {
        var next = CronPart.All[count];
        var others = count == 4 ? "" : " and what follows it";
        return new(
            end,
            0,
            next.Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The {next.Name}{others} {(count == 4 ? "is" : "are")} missing. Enter five fields: {Whole}, such as 0 3 * * *. Use * for every {next.Name}."
            )
        );
    }

    private static List<CronWord>? ReadMacro(int start, string name, List<(int Start, string Text)> words, out CronFault? fault)
    {
        var near = NearestName.Find(name.ToLowerInvariant(), Macros.Keys);
        fault = Macros.ContainsKey(name)
            ? words.Count > 1
                ? new(words[1].Start, words[1].Text.Length, null, $"Nothing can follow {name}.")
                : null
            : name.Equals("@every", StringComparison.OrdinalIgnoreCase)
                ? new(start, name.Length, null, "@every is not supported. Use a step, such as */5 * * * * for every 5 minutes.")
                : name.Equals("@reboot", StringComparison.OrdinalIgnoreCase)
                    ? new(start, name.Length, null, "@reboot is not supported. Use a schedule such as @daily.")
                    : new(
                        start,
                        name.Length,
                        null,
                        $"Unknown macro {name}. Allowed: @hourly, @daily, @weekly, @monthly and @yearly.{(near is null ? "" : $" Did you mean {near}?")}"
                    );
        return fault is not null ? null : [.. Macros[name].Split(' ').Select((field, at) => new CronWord(CronPart.All[at], field, start))];
    }

    private static List<(int Start, string Text)> WordsOf(string text)
    {
        var words = new List<(int, string)>();
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at > start)
            {
                words.Add((start, text[start..at]));
            }
        }

        return words;
    }
}
