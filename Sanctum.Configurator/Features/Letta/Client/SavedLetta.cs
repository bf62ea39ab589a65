using System.Globalization;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Opens the way to the Letta server that is in the settings in force, with its token.</summary>
public sealed class SavedLetta(EffectiveSettings settings, OutboundHttp outbound)
{
    /// <summary>A page of agents carries prompts, memory and the source of tools.</summary>
    private const long LongestAnswer = 256L << 20;

    private const int LeastSeconds = 30;

    /// <exception cref="LettaCallException">The saved address is none.</exception>
    public async Task<LettaConnection> ConnectAsync(CancellationToken cancel)
    {
        var values = await settings.ReadAsync(cancel);
        int? Number(string column) =>
            int.TryParse(values[column].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (LettaAddress.Parse(values["letta_server_address"].Value, Number("letta_server_port")) is not LettaAddress.Parsed server)
        {
            throw new LettaCallException("its address in the system settings is not valid.");
        }

        var token = settings.Open(values["letta_server_token"]);
        var client = outbound.CreateClient(server.BaseAddress, token, LongestAnswer);
        client.DefaultRequestHeaders.Add(LettaConnection.VersionHeader, LettaConnection.VersionSpoken);
        return new(client, TimeSpan.FromSeconds(Math.Max(LeastSeconds, Number("letta_connection_timeout") ?? LeastSeconds)), token);
    }
}
