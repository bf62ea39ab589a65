using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Logs;

namespace Sanctum.Configurator.Tests.House;

public sealed class ComponentsTests
{
    /// <summary>Markup takes the name of another for an element that browsers know nothing of, and draws nothing.</summary>
    [Fact]
    public void A_component_is_public() =>
        Assert.Empty(
            typeof(LogsPage)
                .Assembly.GetTypes()
                .Where(type => type.IsAssignableTo(typeof(IComponent)) && !type.IsAbstract && !type.IsVisible)
                .Select(type => type.FullName)
        );
}
