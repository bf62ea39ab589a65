namespace Sanctum.Configurator.Components.Kit;

/// <summary>A value that differs, in words; null where there is none. Secrets are passed as words such as "a new secret".</summary>
public sealed record Change(string Name, string? From, string? To);
