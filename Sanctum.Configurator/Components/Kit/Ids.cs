namespace Sanctum.Configurator.Components.Kit;

/// <summary>Element ids that are unique in the process, and so on any page.</summary>
internal static class Ids
{
    private static long _last;

    public static string Next(string word) => string.Create(CultureInfo.InvariantCulture, $"{word}-{Interlocked.Increment(ref _last)}");
}
