namespace Sanctum.Configurator.Platform.Dependencies;

/// <summary>Reads what needs what.</summary>
public interface IDependencies
{
    Task<DependencyGraph> ReadAsync(CancellationToken cancel);
}
