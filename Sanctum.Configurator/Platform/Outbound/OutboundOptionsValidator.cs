using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

internal sealed class OutboundOptionsValidator : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var faults = options.Refused
            .Where(entry => RefusedEntry.Find(entry) is null)
            .Select(entry => $"{OutboundOptions.Section}:Refused has '{entry}', which is no network (10.0.0.0/8), "
                + "no address and no host name.")
            .ToList();
        if (options.MaxResponseBytes is < OutboundOptions.LeastResponseBytes or > OutboundOptions.MostResponseBytes)
        {
            faults.Add($"{OutboundOptions.Section}:MaxResponseBytes must lie between {OutboundOptions.LeastResponseBytes} "
                + $"and {OutboundOptions.MostResponseBytes}.");
        }

        if (options.TrustedCertificates is { Length: > 0 } file && !File.Exists(file))
        {
            faults.Add($"{OutboundOptions.Section}:TrustedCertificates names '{file}', which is not there.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
