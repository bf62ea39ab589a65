namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What of a job is typed as text in its dialog, until it is saved.</summary>
internal sealed class JobDraft
{
    private const string Act = "act:",
        Tool = "tool:";
    private const string NoTime = "Enter a time, such as 22:00, or leave this empty.";

    /// <summary>What it runs; empty for nothing yet.</summary>
    public string Runs { get; set; } = "";

    public string? Arguments { get; set; }

    public string? PausedUntil { get; set; }

    public string? QuietFrom { get; set; }

    public string? QuietUntil { get; set; }

    public static JobDraft Of(JobForm form) =>
        new()
        {
            Runs = KeyOf(form.ToolInstanceId, form.Action),
            Arguments = form.Arguments?.ToJsonString(JsonText.Readable),
            PausedUntil = ZonedTime.Write(form.PausedUntil, form.TimeZone),
            QuietFrom = form.QuietFrom?.ToString("HH:mm", CultureInfo.InvariantCulture),
            QuietUntil = form.QuietUntil?.ToString("HH:mm", CultureInfo.InvariantCulture),
        };

    public static string KeyOf(int? instanceId, string? action) =>
        instanceId is { } id ? string.Create(CultureInfo.InvariantCulture, $"{Tool}{id}")
        : action is { Length: > 0 } ? Act + action
        : "";

    /// <summary>Says in the form what it runs.</summary>
    public void WriteRuns(JobForm form) =>
        (form.ToolInstanceId, form.Action) = Runs.StartsWith(Tool, StringComparison.Ordinal)
            ? (int.Parse(Runs[Tool.Length..], CultureInfo.InvariantCulture), null)
            : (default(int?), Runs.Length > Act.Length ? Runs[Act.Length..] : null);

    /// <summary>Puts what is typed into the form.</summary>
    /// <returns>What of it can't be read: field → a sentence.</returns>
    public Dictionary<string, string> WriteTo(JobForm form)
    {
        var problems = new Dictionary<string, string>();
        WriteRuns(form);
        Note(nameof(form.ToolInstanceId), Runs.Length == 0 ? "Choose a tool instance or a built-in task." : null);
        (form.Arguments, var problem) = ArgumentsText.Read(Arguments);
        Note(nameof(form.Arguments), problem);
        (form.PausedUntil, problem) = ZonedTime.Read(PausedUntil, form.TimeZone);
        Note(nameof(form.PausedUntil), problem);
        (form.QuietFrom, problem) = TimeIn(QuietFrom);
        Note(nameof(form.QuietFrom), problem);
        (form.QuietUntil, problem) = TimeIn(QuietUntil);
        Note(nameof(form.QuietUntil), problem);
        return problems;

        void Note(string field, string? sentence)
        {
            if (sentence is not null)
            {
                problems[field] = sentence;
            }
        }
    }

    private static (TimeOnly? Time, string? Problem) TimeIn(string? text) =>
        string.IsNullOrWhiteSpace(text) ? (null, null)
        : TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? (time, null)
        : (null, NoTime);
}
