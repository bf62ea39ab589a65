namespace Sanctum.Configurator.Registry.Models;

/// <summary>One test of a saved model.</summary>
public sealed class LlmCheck
{
    public long Id { get; private set; }
    public int ConfigId { get; init; }
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>The actor who asked for it.</summary>
    public required string CheckedBy { get; init; }

    /// <summary>What was tested, as the row may say something else by now.</summary>
    public required string Model { get; init; }

    /// <summary>The verdict's word, such as "answers" or "key_refused".</summary>
    public required string Verdict { get; init; }
    public bool IsUp { get; init; }
    public double LatencyMs { get; init; }

    /// <summary>Until the first piece of an answer; null where none came.</summary>
    public double? FirstTokenMs { get; init; }
    public string? Message { get; init; }

    /// <summary>What to do next.</summary>
    public string? Hint { get; init; }

    /// <summary>JSON: the steps with their milliseconds.</summary>
    public string? Steps { get; init; }
}
