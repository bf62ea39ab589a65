using System.Reflection;

namespace Sanctum.Configurator.Tests.House;

public sealed class EveryTestEndsTests
{
    [Fact]
    public void Every_test_has_a_deadline_but_those_that_are_run_on_demand()
    {
        var endless = typeof(EveryTestEndsTests)
            .Assembly.GetTypes()
            .SelectMany(type =>
                type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            )
            .Where(method => method.GetCustomAttribute<Xunit.FactAttribute>() is { Explicit: false, Timeout: 0 })
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Empty(endless);
    }
}
