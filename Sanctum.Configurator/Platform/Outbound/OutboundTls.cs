using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// How certificates are judged: by the system's authorities and those of <see cref="OutboundOptions.TrustedCertificates"/>.
/// Nothing is downloaded meanwhile, because a certificate could name any address for that and so get round the guard.
/// </summary>
public sealed class OutboundTls(IOptions<OutboundOptions> options)
{
    private readonly Lazy<X509Certificate2Collection> _roots = new(() => Read(options.Value.TrustedCertificates));

    /// <summary>What is wrong with the certificate after the operator's own authorities have been asked as well.</summary>
    public SslPolicyErrors Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            || certificate is null || _roots.Value.Count == 0)
        {
            return errors;
        }

        using var own = new X509Chain { ChainPolicy = NewPolicy() };
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_roots.Value);
        own.ChainPolicy.ExtraStore.AddRange(chain?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);

        using var leaf = new X509Certificate2(certificate);
        return own.Build(leaf) ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors : errors;
    }

    /// <summary>Options of a client that accepts no certificate with a fault.</summary>
    public SslClientAuthenticationOptions NewOptions() => new()
    {
        CertificateChainPolicy = NewPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            Judge(certificate, chain, errors) == SslPolicyErrors.None,
    };

    /// <summary>The certificates of a PEM file; none where no file is named.</summary>
    internal static X509Certificate2Collection Read(string? file)
    {
        var roots = new X509Certificate2Collection();
        if (file is { Length: > 0 })
        {
            roots.ImportFromPemFile(file);
        }

        return roots;
    }

    private static X509ChainPolicy NewPolicy()
    {
        var policy = new X509ChainPolicy
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1", "Server authentication"));
        return policy;
    }
}
