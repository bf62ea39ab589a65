using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>How long the monitor's findings are kept. How often it looks is a setting of the registry.</summary>
internal sealed class LettaMonitorOptions
{
    public const string Section = "Letta:Monitor";

    /// <summary>Each check with its steps.</summary>
    public TimeSpan KeepChecks { get; set; } = TimeSpan.FromHours(48);

    public TimeSpan KeepMinutes { get; set; } = TimeSpan.FromDays(7);

    public TimeSpan KeepHours { get; set; } = TimeSpan.FromDays(90);

    public TimeSpan KeepDays { get; set; } = TimeSpan.FromDays(3 * 365);
}

internal sealed class LettaMonitorOptionsValidator : IValidateOptions<LettaMonitorOptions>
{
    public ValidateOptionsResult Validate(string? name, LettaMonitorOptions options)
    {
        (string Name, TimeSpan Value, TimeSpan Least, string Why)[] rules =
        [
            (nameof(options.KeepChecks), options.KeepChecks, TimeSpan.FromHours(1), "an hour"),
            (nameof(options.KeepMinutes), options.KeepMinutes, TimeSpan.FromDays(2), "two days, for the chart of 24 hours"),
            (nameof(options.KeepHours), options.KeepHours, TimeSpan.FromDays(31), "31 days, for the chart of 30 days"),
            (nameof(options.KeepDays), options.KeepDays, TimeSpan.FromDays(31), "31 days"),
        ];
        var faults = rules
            .Where(rule => rule.Value < rule.Least)
            .Select(rule => $"{LettaMonitorOptions.Section}:{rule.Name} is {rule.Value}, but must be at least {rule.Why}.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
