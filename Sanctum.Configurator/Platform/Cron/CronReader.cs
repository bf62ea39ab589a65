using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform.Cron;

/// <summary>One field as it is written.</summary>
internal readonly record struct CronWord(CronPart Field, string Text, int Start);

/// <summary>Reads the five fields of an expression, each character once, and says which part can't be read.</summary>
internal sealed partial class CronReader
{
    private readonly List<MovingDay> _moving = [];
    private WeekdayOfMonth? _weekday;
    private CronFault? _fault;

    private CronReader() { }

    public static CronFields? Read(string text, out CronFault? fault)
    {
        var words = CronTokenizer.Split(text, out fault);
        return words is null ? null : new CronReader().Read(words, out fault);
    }

    private CronFields? Read(IReadOnlyList<CronWord> words, out CronFault? fault)
    {
        var values = new ulong[words.Count];
        var texts = new string[words.Count];
        for (var at = 0; at < words.Count && _fault is null; at++)
        {
            (values[at], texts[at]) = ReadWord(words[at]);
        }

        fault = _fault;
        return fault is not null
            ? null
            : new()
            {
                Minutes = values[0],
                Hours = values[1],
                DaysOfMonth = values[2],
                MovingDays = _moving,
                Months = values[3],
                DaysOfWeek = values[4],
                WeekdayOfMonth = _weekday,
                IsAnyDayOfMonth = texts[2] is "*",
                IsAnyDayOfWeek = texts[4].Split(',').Contains("*"),
                IsOfIntervals = texts[0].Concat(texts[1]).Any(letter => letter is '*' or '-' or '/'),
            };
    }

    private (ulong Values, string Text) ReadWord(CronWord word)
    {
        var terms = word.Text.Split(',');
        var (values, texts, start) = (0UL, new List<string>(terms.Length), word.Start);
        foreach (var term in terms)
        {
            var (found, text) = ReadTerm(new(word.Field, term, start), isAlone: terms.Length == 1);
            if (_fault is not null)
            {
                break;
            }

            values |= found;
            texts.Add(text);
            start += term.Length + 1;
        }

        return (values, string.Join(',', texts));
    }

    private (ulong Values, string Text) ReadTerm(CronWord term, bool isAlone)
    {
        var field = term.Field;
        if (term.Text.Length == 0)
        {
            return Fail(term, $"Between commas {field.Article} {field.Name} is expected: {field.Allowed}, such as {field.Example}.");
        }

        if (term.Text is "*" || (term.Text is "?" && field.IsOfDays))
        {
            return isAlone
                ? (field.Values(1), "*")
                : Fail(term, $"* already includes every {field.Name}. Remove it or the rest of the list.");
        }

        return field == CronPart.DayOfMonth && OfMonth().Match(term.Text) is { Success: true } ofMonth ? ReadMovingDay(term, ofMonth)
            : field == CronPart.DayOfWeek && OfWeek().Match(term.Text) is { Success: true } ofWeek ? ReadWeekday(term, ofWeek, isAlone)
            : Plain().Match(term.Text) is { Success: true } plain ? ReadPlain(term, plain)
            : FailToRead(term);
    }

    /// <summary><c>5</c>, <c>1-5</c>, <c>1-5/2</c>, <c>5/10</c> or <c>*/10</c>.</summary>
    private (ulong Values, string Text) ReadPlain(CronWord term, Match plain)
    {
        var field = term.Field;
        var step = plain.Groups["step"].Success ? ReadStep(term, plain.Groups["step"]) : 1;
        var stepText = plain.Groups["step"].Success ? string.Create(CultureInfo.InvariantCulture, $"/{step}") : "";
        if (plain.Groups["from"].Value == "*")
        {
            return plain.Groups["to"].Success ? FailToRead(term)
                : _fault is null ? (field.Values(step), "*" + stepText)
                : default;
        }

        var from = ReadValue(term, plain.Groups["from"]);
        var to = plain.Groups["to"].Success ? ReadValue(term, plain.Groups["to"]) : (int?)null;
        if (_fault is not null)
        {
            return default;
        }

        if (to is not { } end)
        {
            return stepText.Length == 0
                ? (field.Values(from, from, 1), string.Create(CultureInfo.InvariantCulture, $"{from}"))
                : (
                    field.Values(field == CronPart.DayOfWeek ? from % 7 : from, field.Last, step),
                    string.Create(CultureInfo.InvariantCulture, $"{from}{stepText}")
                );
        }

        // Sunday ends a week that did not begin with it: MON-SUN is 1-7, not 1-0.
        end = field == CronPart.DayOfWeek && end == 0 && from > 0 ? 7 : end;
        var namesAll = field == CronPart.DayOfWeek && end - from >= 6 && stepText.Length == 0;
        return (field.Values(from, end, step), namesAll ? "*" : string.Create(CultureInfo.InvariantCulture, $"{from}-{end}{stepText}"));
    }

    /// <summary><c>L</c>, <c>LW</c>, <c>L-3</c>, <c>L-3W</c> or <c>15W</c>.</summary>
    private (ulong Values, string Text) ReadMovingDay(CronWord term, Match ofMonth)
    {
        int? day = ofMonth.Groups["day"].Success ? ReadValue(term, ofMonth.Groups["day"]) : null;
        var before = ofMonth.Groups["before"].Success
            ? ReadNumber(term, ofMonth.Groups["before"], 1, 30, "Use L-1 to L-30 for a day before the last day, such as L-3.")
            : 0;
        var isNearest = ofMonth.Groups["weekday"].Success;
        if (_fault is not null)
        {
            return default;
        }

        _moving.Add(new(day, before, isNearest));
        return (
            0,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(day is null ? "L" : "")}{day}{(before > 0 ? "-" : "")}{(before > 0 ? before : null)}{(isNearest ? "W" : "")}"
            )
        );
    }

    /// <summary><c>5L</c>, <c>FRIL</c>, <c>5#2</c> or <c>FRI#2</c>.</summary>
    private (ulong Values, string Text) ReadWeekday(CronWord term, Match ofWeek, bool isAlone)
    {
        if (!isAlone)
        {
            return Fail(term, $"{term.Text.ToUpperInvariant()} can't be used in a list. Create a second job for the other days.");
        }

        var day = ReadValue(term, ofWeek.Groups["day"]);
        int? nth = ofWeek.Groups["nth"].Success
            ? ReadNumber(
                term,
                ofWeek.Groups["nth"],
                1,
                5,
                "A month has each day of the week 4 or 5 times: #1 to #5, such as 5#2 for the second Friday."
            )
            : null;
        _weekday = new(day % 7, nth);
        return (0, string.Create(CultureInfo.InvariantCulture, $"{day}{(nth is null ? "L" : "#")}{nth}"));
    }

    private int ReadStep(CronWord term, Group step)
    {
        var field = term.Field;
        return ReadNumber(
            term,
            step,
            1,
            field.MostStep,
            string.Create(CultureInfo.InvariantCulture, $"A step of the {field.Name} must be 1 to {field.MostStep}, such as */2.")
        );
    }

    private int ReadNumber(CronWord term, Group digits, int min, int max, string otherwise)
    {
        if (
            int.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
        {
            return number;
        }

        _fault ??= new(
            term.Start + digits.Index,
            digits.Length,
            term.Field.Name,
            $"{digits.Value} is too {(number < min && digits.Length < 9 ? "small" : "large")}. {otherwise}"
        );
        return min;
    }

    private int ReadValue(CronWord term, Group written)
    {
        var (field, text) = (term.Field, written.Value.ToUpperInvariant());
        var named = field.Names.ToList().IndexOf(text);
        if (named >= 0)
        {
            return named + field.Min;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= field.Min && value <= field.Max)
        {
            return value;
        }

        var meant = NearestName.Find(text.Length > 3 ? text[..3] : text, field.Names.DefaultIfEmpty("?"));
        var hint = char.IsAsciiLetter(text[0]) && meant is not (null or "?") ? $" Did you mean {meant}?" : "";
        _fault ??= new(
            term.Start + written.Index,
            written.Length,
            field.Name,
            $"{written.Value} is not a valid {field.Name}: {field.Allowed}, such as {field.Example}.{hint}"
        );
        return field.Min;
    }

    private (ulong Values, string Text) FailToRead(CronWord term)
    {
        var field = term.Field;
        var strange = term.Text.AsSpan().IndexOfAnyExcept(Known);
        return strange >= 0
            ? Fail(
                new(field, term.Text[strange..(strange + 1)], term.Start + strange),
                $"{term.Text[strange]} is not allowed in the {field.Name}: {field.Allowed}, such as {field.Example}."
            )
            : Fail(term, $"{term.Text} can't be read as {field.Article} {field.Name}: {field.Allowed}, such as {field.Example}.");
    }

    private (ulong Values, string Text) Fail(CronWord term, string message)
    {
        _fault ??= new(term.Start, term.Text.Length, term.Field.Name, message);
        return default;
    }

    private static readonly System.Buffers.SearchValues<char> Known = System.Buffers.SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*/-#?"
    );

    [GeneratedRegex(
        @"^(?<from>[0-9]+|[a-z]+|\*)(-(?<to>[0-9]+|[a-z]+))?(/(?<step>[0-9]+))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Plain();

    [GeneratedRegex(
        "^(L(-(?<before>[0-9]+))?(?<weekday>W)?|(?<day>[0-9]+)(?<weekday>W))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex OfMonth();

    [GeneratedRegex(
        "^(?<day>[0-9]+|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#(?<nth>[0-9]+))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex OfWeek();
}
