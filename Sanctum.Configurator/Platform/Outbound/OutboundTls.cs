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
    public SslPolicyErrors Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && certificate is not null && LeadsToAnOwn(certificate, chain)
            ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors
            : errors;

    /// <summary>
    /// Options of a client that accepts no certificate with a fault, and says which it is: <see cref="CertificateRefusedException"/>.
    /// </summary>
    public SslClientAuthenticationOptions NewOptions() =>
        new()
        {
            CertificateChainPolicy = NewPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                Judge(certificate, chain, errors) is var judged && judged == SslPolicyErrors.None
                    ? true
                    : throw new CertificateRefusedException(certificate, chain, judged),
        };

    /// <summary>
    /// Whether the certificate is, or leads to, one of the operator's. Each of those counts, also one between: whoever puts the issuer's
    /// certificate
    /// there trusts what it has issued, whatever lies above it.
    /// </summary>
    private bool LeadsToAnOwn(X509Certificate certificate, X509Chain? chain)
    {
        if (_roots.Value.Count == 0)
        {
            return false;
        }

        using var own = new X509Chain { ChainPolicy = NewPolicy() };
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_roots.Value);
        own.ChainPolicy.ExtraStore.AddRange(_roots.Value);
        own.ChainPolicy.ExtraStore.AddRange(chain?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);
        own.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        using var leaf = new X509Certificate2(certificate);
        return own.Build(leaf) && own.ChainElements.Any(element => _roots.Value.Contains(element.Certificate));
    }

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
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1", "Server authentication"));
        return policy;
    }
}
