using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>How models, tests and amounts are shown.</summary>
internal static class ModelLabels
{
    public static readonly IReadOnlyList<Choice<string>> Providers =
    [
        .. LlmProvider.All.Select(provider => new Choice<string>(provider.Type, provider.Name)),
    ];

    public static readonly IReadOnlyList<Choice<LlmTokenKind>> Kinds =
    [
        new(LlmTokenKind.Input, "Input"),
        new(LlmTokenKind.CachedRead, "Cached input, read"),
        new(LlmTokenKind.CacheWrite, "Cached input, written"),
        new(LlmTokenKind.Output, "Output"),
        new(LlmTokenKind.Reasoning, "Reasoning"),
        new(LlmTokenKind.Embedding, "Embedding"),
    ];

    public static string NameOf(LlmTokenKind kind) => Kinds.First(choice => choice.Value == kind).Text;

    public static (Tone Tone, string Text) StateOf(ModelRow model) =>
        model switch
        {
            { Enabled: false } => (Tone.Neutral, "Disabled"),
            { Active: true } => (model.Problem is null ? Tone.Good : Tone.Warning, "Active"),
            { FallbackOrder: { } order } => (Tone.Neutral, string.Create(CultureInfo.InvariantCulture, $"Fallback {order}")),
            { Purpose: LlmPurpose.Embedding } => (Tone.Neutral, "Embedding"),
            _ => (Tone.Neutral, "Standby"),
        };

    public static string KeyOf(ModelRow model) =>
        model.KeySource switch
        {
            KeySource.Database => "Database",
            KeySource.Settings => "System settings",
            KeySource.Environment => model.KeyVariable!,
            KeySource.Unreadable => "Can't be decrypted",
            _ => "None",
        };

    public static string VerdictOf(string verdict) =>
        verdict.Replace('_', ' ') is { Length: > 0 } words ? char.ToUpperInvariant(words[0]) + words[1..] : verdict;

    public static string MillisecondsOf(double ms) =>
        ms < 10_000
            ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{ms / 1000:0.0} s");

    /// <summary>All steps of a test: those that ended, the one that runs, and those to come.</summary>
    public static IReadOnlyList<Step> StepsOf(LlmPurpose purpose, IReadOnlyList<LlmStep> ended, bool isRunning) =>
        [
            .. LlmProbe
                .StepsOf(purpose)
                .Select(
                    (title, at) =>
                        ended.FirstOrDefault(step => step.Title == title) is { } step ? StepOf(step)
                        : isRunning && at == ended.Count ? new Step(title, Tone.Busy)
                        : new Step(title)
                ),
        ];

    private static Step StepOf(LlmStep step) =>
        new(
            step.Title,
            step.End switch
            {
                LlmStepEnd.Passed => Tone.Good,
                LlmStepEnd.Warning => Tone.Warning,
                LlmStepEnd.Failed => Tone.Bad,
                _ => Tone.Neutral,
            },
            step.Detail,
            step.Ms > 0 ? TimeSpan.FromMilliseconds(step.Ms) : null
        );
}
