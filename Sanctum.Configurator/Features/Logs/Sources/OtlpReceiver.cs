using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Sources;

/// <summary>Stores OpenTelemetry's lines. A service that bears the name of an agent, a tool or a plugin is that.</summary>
internal sealed class OtlpReceiver(LogWriter writer, LogNames names)
{
    private static readonly string[] Sources = ["agent", "tool", "plugin"];

    public async Task StoreAsync(IReadOnlyList<OtlpLine> lines, CancellationToken cancel)
    {
        var origins = new Dictionary<string, LogOrigin>();
        foreach (var service in lines.Select(line => line.Service).OfType<string>().Distinct())
        {
            origins[service] = await OriginAsync(service, cancel);
        }

        if (lines.Count > 0)
        {
            await writer.WriteAsync(
                [
                    .. lines.Select(line =>
                        line.Service is { } service
                            ? line.Line with
                            {
                                Source = origins[service].Source,
                                SourceId = origins[service].Id,
                            }
                            : line.Line
                    ),
                ],
                null,
                cancel
            );
        }
    }

    private async Task<LogOrigin> OriginAsync(string service, CancellationToken cancel)
    {
        foreach (var source in Sources)
        {
            if (await names.FindAsync(source, service, cancel) is [var id, ..])
            {
                return new(source, id);
            }
        }

        return new("system", null);
    }
}
