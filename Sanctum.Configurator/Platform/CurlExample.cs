namespace Sanctum.Configurator.Platform;

/// <summary>A cURL command that a feature offers for the import, where tools are made of such commands.</summary>
/// <param name="Name">What the tool is called.</param>
/// <param name="Purpose">What it does, in a few words.</param>
/// <param name="CommandAt">The command, for a console at this address without a slash at its end.</param>
public sealed record CurlExample(string Name, string Purpose, Func<string, string> CommandAt);
