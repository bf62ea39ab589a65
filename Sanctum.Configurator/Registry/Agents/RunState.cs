namespace Sanctum.Configurator.Registry.Agents;

/// <summary>How an agent, a tool or an instance of one is doing, in seed 001's words.</summary>
public enum RunState
{
    Ready,
    Healthy,
    Degraded,
    Off,
}
