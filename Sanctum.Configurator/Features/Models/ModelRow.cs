using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>A model as it is listed. Its key is never told.</summary>
public sealed record ModelRow : IHasVersion
{
    public required int Id { get; init; }
    public required string Type { get; init; }

    /// <summary>What an operator calls the provider.</summary>
    public required string Provider { get; init; }
    public required string Model { get; init; }
    public required LlmPurpose Purpose { get; init; }

    /// <summary>Whose it is; null for everybody's.</summary>
    public int? UserId { get; init; }
    public string? Owner { get; init; }

    /// <summary>The caller may change it.</summary>
    public required bool MayChange { get; init; }
    public string? BaseUrl { get; init; }
    public string? ApiBase { get; init; }

    /// <summary>Where it goes; null where that can't be told.</summary>
    public Uri? Address { get; init; }
    public string? ApiVersion { get; init; }
    public required bool Active { get; init; }

    /// <summary>It is made the active one at every start.</summary>
    public required bool IsPrimary { get; init; }
    public required bool Enabled { get; init; }
    public int? FallbackOrder { get; init; }
    public int? Dimension { get; init; }
    public required bool HasTools { get; init; }
    public required bool HasStructuredOutput { get; init; }
    public DateOnly? LivesUntil { get; init; }

    /// <summary>When it ends and who says so; null where nobody does.</summary>
    public ModelEnd? End { get; init; }

    /// <summary>It has a key of its own in the database.</summary>
    public required bool HasKey { get; init; }

    /// <summary>Where the key in force comes from.</summary>
    public required KeySource KeySource { get; init; }

    /// <summary>The variable that holds it, where it is the environment.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>Why it can't be called as it is; null where it can be tried.</summary>
    public string? Problem { get; init; }
    public ModelCheck? LastCheck { get; init; }
    public required int Version { get; init; }

    public string Name => $"{Provider} {Model}";

    /// <summary>A form that changes nothing yet.</summary>
    public ModelForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            IsMine = UserId is not null,
            Type = Type,
            Model = Model,
            BaseUrl = BaseUrl,
            ApiBase = ApiBase,
            Purpose = Purpose,
            Dimension = Dimension,
            HasTools = HasTools,
            HasStructuredOutput = HasStructuredOutput,
            ApiVersion = ApiVersion,
            LivesUntil = LivesUntil,
            FallbackOrder = FallbackOrder,
            IsEnabled = Enabled,
        };
}

/// <summary>A test that was kept.</summary>
public sealed record ModelCheck(
    DateTimeOffset CheckedAt,
    string CheckedBy,
    string Verdict,
    bool IsUp,
    double LatencyMs,
    double? FirstTokenMs,
    string? Message,
    string? Hint
)
{
    internal static ModelCheck Of(LlmCheck check) =>
        new(check.CheckedAt, check.CheckedBy, check.Verdict, check.IsUp, check.LatencyMs, check.FirstTokenMs, check.Message, check.Hint);
}
