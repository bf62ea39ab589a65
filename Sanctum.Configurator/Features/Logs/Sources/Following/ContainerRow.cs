using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// What a container wrote, out of the row that its engine made of it: Docker's <c>{"log": …, "stream": …, "time": …}</c> or the
/// <c>2026-01-01T12:00:00.123Z stderr F …</c> of containerd and CRI-O.
/// </summary>
/// <param name="Text">The container's own row, or a part of it.</param>
/// <param name="IsPart">The row goes on in the next one of its stream: engines cut at 16 kB.</param>
/// <param name="Attributes">What Docker was told to add, such as labels and a tag.</param>
internal sealed partial record ContainerRow(string Text, string Stream, DateTimeOffset? Time, bool IsPart, JsonNode? Attributes = null)
{
    /// <returns>Null where no engine wrote it.</returns>
    public static ContainerRow? Read(string row) => Docker(row) ?? Cri(row);

    /// <summary>The row and what follows of it.</summary>
    public ContainerRow With(ContainerRow next) => this with { Text = Text + next.Text, IsPart = next.IsPart };

    /// <summary>A line of the container, with what its engine knows of it besides.</summary>
    public LineStart Around(LineStart start)
    {
        start.Details["stream"] = Stream;
        if (Attributes is not null)
        {
            start.Details.TryAdd("attrs", Attributes.DeepClone());
        }

        return start.Within(Time);
    }

    private static ContainerRow? Docker(string row)
    {
        if (!row.StartsWith('{') || !row.Contains("\"log\":", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(row);
            var root = document.RootElement;
            return
                root.TryGetProperty("stream", out var stream)
                && root.TryGetProperty("time", out var time)
                && root.TryGetProperty("log", out var log)
                && log.GetString() is { } text
                ? new(
                    text.TrimEnd('\n').TrimEnd('\r'),
                    stream.GetString() ?? "",
                    TimeText.Find(time.GetString()),
                    !text.EndsWith('\n'),
                    root.TryGetProperty("attrs", out var attributes) ? JsonObject.Create(attributes.Clone()) : null
                )
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Cut off, or another program's: it is read as any row.
            return null;
        }
    }

    private static ContainerRow? Cri(string row) =>
        CriHead().Match(row) is { Success: true } head && TimeText.Find(head.Groups["time"].Value) is { } time
            ? new(row[head.Length..], head.Groups["stream"].Value, time, head.Groups["tag"].Value == "P")
            : null;

    [GeneratedRegex(
        @"^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (?<stream>stdout|stderr) (?<tag>[FP])(?::[^ ]*)?(?: |$)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex CriHead();
}
