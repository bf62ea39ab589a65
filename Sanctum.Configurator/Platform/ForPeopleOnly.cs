namespace Sanctum.Configurator.Platform;

/// <summary>Marks a route that agents don't get, whatever their key may do: people decide there, or answer for themselves.</summary>
public sealed class ForPeopleOnly
{
    internal static readonly ForPeopleOnly Mark = new();
}

/// <summary>Marks routes so.</summary>
public static class PeopleRoutes
{
    public static TBuilder ForPeopleOnly<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Platform.ForPeopleOnly.Mark);
}
