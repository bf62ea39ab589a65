namespace Sanctum.Configurator.Platform;

/// <summary>Numbers of things in plain words.</summary>
public static class Counts
{
    /// <param name="thing">One of them, such as "agent"; more of them end in "s".</param>
    /// <returns>Such as "1 agent" or "1,200 agents".</returns>
    public static string Of(long count, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");
}
