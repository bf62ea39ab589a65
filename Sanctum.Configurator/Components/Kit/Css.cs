namespace Sanctum.Configurator.Components.Kit;

internal static class Css
{
    /// <summary>The classes that are there, in one attribute; null when none is.</summary>
    public static string? Of(params IEnumerable<string?> classes) =>
        string.Join(' ', classes.Where(name => !string.IsNullOrEmpty(name))) is { Length: > 0 } joined ? joined : null;
}
