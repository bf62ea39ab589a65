namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Reads lists of options: <c>name</c> or <c>name:letter</c>, then <c>=</c> for a value or <c>!</c> for no <c>--no-</c> form.
/// </summary>
internal static class OptionNames
{
    public static IEnumerable<(string Name, char Letter, CurlArgument Takes)> Read(string names) =>
        names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(ReadOne);

    public static (string Name, char Letter, CurlArgument Takes) ReadOne(string written)
    {
        var takes = written[^1] switch
        {
            '=' => CurlArgument.Value,
            '!' => CurlArgument.None,
            _ => CurlArgument.Switch,
        };
        var bare = takes == CurlArgument.Switch ? written : written[..^1];
        return bare.Length > 2 && bare[^2] == ':' ? (bare[..^2], bare[^1], takes) : (bare, '\0', takes);
    }
}
