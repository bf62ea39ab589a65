using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Logs.Searching;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>How long lines are kept; section <c>Logs:Retention</c>.</summary>
public sealed class LogRetentionOptions : IValidatableObject
{
    public const string Section = "Logs:Retention";

    private const int LongestDays = 36_500;

    /// <summary>Days that lines are kept, by level (DEBUG, INFO, WARNING, ERROR, CRITICAL) or by level and source, such as <c>INFO agent</c>, which goes first.</summary>
    public Dictionary<string, int> Days { get; } = [];

    /// <summary>Days that all others are kept.</summary>
    [Range(1, LongestDays)]
    public int OtherDays { get; set; } = 90;

    /// <summary>Megabytes that the lines and their index may take; above, the oldest go. Only of SQLite: PostgreSQL keeps its own house.</summary>
    [Range(1, 10_000_000)]
    public int Megabytes { get; set; } = 8192;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, days) in Days)
        {
            if (LogQueryReader.FindLevel(name.Split(' ')[0]) is null)
            {
                yield return new($"{Section}:Days names {name}; a level, or a level and a source, is expected.");
            }

            if (days is < 1 or > LongestDays)
            {
                yield return new($"{Section}:Days:{name} is {days}; 1 to {LongestDays} days are possible.");
            }
        }
    }
}

[OptionsValidator]
internal sealed partial class LogRetentionOptionsValidator : IValidateOptions<LogRetentionOptions>;
