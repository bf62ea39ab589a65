using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What the server showed in the TLS handshake, kept after the certificate itself is gone.</summary>
internal sealed record LettaCertificate(
    string Issuer,
    string Subject,
    string Names,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    SslPolicyErrors Errors,
    ChainEnd End,
    string Missing
)
{
    public static LettaCertificate Read(X509Certificate shown, X509Chain? chain, SslPolicyErrors errors, Shown words)
    {
        using var certificate = new X509Certificate2(shown);
        var listed = NamesOf(certificate);
        var (end, missing) = CertificateRefusedException.EndOf(chain);
        var subject = words.Clean(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), 80);
        return new(
            words.Clean(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), 80),
            subject,
            words.Clean(string.Join(", ", listed.DefaultIfEmpty(subject).Take(4)), 160),
            certificate.NotBefore,
            certificate.NotAfter,
            errors,
            end,
            words.Clean(missing, 80)
        );
    }

    public bool IsSelfSigned => End == ChainEnd.SelfSigned || (End == ChainEnd.Unknown && Issuer == Subject);

    public bool IsTimely(DateTimeOffset now) => NotBefore <= now && now <= NotAfter;

    public int DaysLeft(DateTimeOffset now) => (int)Math.Floor((NotAfter - now).TotalDays);

    private static IReadOnlyList<string> NamesOf(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
                ? [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())]
                : [];
        }
        catch (CryptographicException)
        {
            // Its maker wrote something there that is no list of names.
            return [];
        }
    }

    public static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
