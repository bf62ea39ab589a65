using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>A page on the configurations of whom its address names; of the system, or of everybody, where it names nobody.</summary>
public abstract class HolderPage : LivePage
{
    [SupplyParameterFromQuery(Name = "agent")]
    public int? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "tool")]
    public int? Tool { get; set; }

    [SupplyParameterFromQuery(Name = "instance")]
    public int? Instance { get; set; }

    [SupplyParameterFromQuery(Name = "user")]
    public int? User { get; set; }

    [Inject]
    public required ConfigurationReader Reader { get; init; }

    [Inject]
    public required ConfigurationHistory History { get; init; }

    protected ScopeHolder? NamedHolder => HolderQuery.Read(Agent, Tool, Instance, User);
}
