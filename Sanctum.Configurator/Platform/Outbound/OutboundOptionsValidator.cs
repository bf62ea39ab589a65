using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

internal sealed class OutboundOptionsValidator : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var faults = options
            .Refused.Where(entry => RefusedEntry.Find(entry) is null)
            .Select(entry =>
                $"{OutboundOptions.Section}:Refused has '{entry}', which is not a network (10.0.0.0/8), " + "an address or a host name."
            )
            .ToList();
        if (options.MaxResponseBytes is < OutboundOptions.LeastResponseBytes or > OutboundOptions.MostResponseBytes)
        {
            faults.Add(
                $"{OutboundOptions.Section}:MaxResponseBytes must lie between {OutboundOptions.LeastResponseBytes} "
                    + $"and {OutboundOptions.MostResponseBytes}."
            );
        }

        if (options.TrustedCertificates is { Length: > 0 } file && FaultOf(file) is { } fault)
        {
            faults.Add($"{OutboundOptions.Section}:TrustedCertificates names '{file}', {fault}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string? FaultOf(string file)
    {
        try
        {
            return OutboundTls.Read(file).Count > 0
                ? null
                : "which contains no certificate. It must contain at least one in PEM format, which begins with -----BEGIN CERTIFICATE-----.";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "which was not found.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"which can't be read: {e.Message}";
        }
        catch (CryptographicException e)
        {
            return $"which contains a certificate that can't be read: {e.Message}";
        }
    }
}
