using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>How far the chain of a certificate leads.</summary>
public enum ChainEnd
{
    /// <summary>Nothing is known of it.</summary>
    Unknown,

    /// <summary>The certificate has signed itself.</summary>
    SelfSigned,

    /// <summary>An issuer's certificate is missing: the server does not send it, and this machine has none.</summary>
    Incomplete,

    /// <summary>It is whole, and ends at an authority that this machine does not trust.</summary>
    UnknownAuthority,
}

/// <summary>
/// The server's certificate is not to be trusted; the message is the end of a sentence that begins "…:", and what to do next.
/// </summary>
public sealed class CertificateRefusedException(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    : AuthenticationException(WhyOf(certificate, chain, errors))
{
    /// <summary>Where the chain ends, and who has issued the last certificate that is there.</summary>
    public static (ChainEnd End, string Issuer) EndOf(X509Chain? chain)
    {
        if (chain?.ChainElements is not { Count: > 0 } elements)
        {
            return (ChainEnd.Unknown, "");
        }

        var last = elements[^1].Certificate;
        var isOwn = last.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData);
        return (
            !isOwn ? ChainEnd.Incomplete
            : elements.Count == 1 ? ChainEnd.SelfSigned
            : ChainEnd.UnknownAuthority,
            last.GetNameInfo(X509NameType.SimpleName, forIssuer: true)
        );
    }

    private static string WhyOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server sends no certificate. Check the port.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "the server's certificate is for another name. Use the name in the certificate, or install a certificate for this one on the server.";
        }

        const string Trust = $"{OutboundOptions.Section}:{nameof(OutboundOptions.TrustedCertificates)}";
        var isTimely = chain is null || !chain.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid));
        return (isTimely, EndOf(chain)) switch
        {
            (false, _) => string.Create(
                CultureInfo.InvariantCulture,
                $"the server's certificate has expired or is not valid yet (valid until {certificate.GetExpirationDateString()}). Renew it on the server, or check the clocks of both machines."
            ),
            (_, (ChainEnd.SelfSigned, _)) => $"the server's certificate is self-signed and not trusted here. Add it to {Trust}.",
            (_, (ChainEnd.Incomplete, var issuer)) =>
                $"the certificate chain is incomplete: the server does not send the certificate of “{issuer}”, and this machine does not know it. Configure the server to send its full chain, or add that certificate to {Trust}.",
            (_, (_, var issuer)) =>
                $"the server's certificate was issued by “{issuer}”, which this machine does not trust. Add the issuer's certificate to {Trust}.",
        };
    }
}
