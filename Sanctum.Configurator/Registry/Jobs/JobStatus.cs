namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>Whether a job fires.</summary>
public enum JobStatus
{
    Active,
    Paused,
    Error,
}
