namespace Sanctum.Configurator.Components.Kit;

/// <summary>One step of something that is tried in order; <see cref="Tone.Neutral"/> is not reached yet.</summary>
public sealed record Step(string Title, Tone Kind = Tone.Neutral, string? Detail = null, TimeSpan? Took = null);
