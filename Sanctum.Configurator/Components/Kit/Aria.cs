namespace Sanctum.Configurator.Components.Kit;

internal static class Aria
{
    /// <summary>The value of an attribute such as <c>aria-busy</c>, which is left out where it is not so.</summary>
    public static string? Of(bool isSo) => isSo ? "true" : null;
}
