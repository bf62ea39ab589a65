using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>What the server showed in the TLS handshake, kept after the certificate itself is gone.</summary>
internal sealed record LettaCertificate(
    string Issuer, string Subject, string Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter, SslPolicyErrors Errors)
{
    public static LettaCertificate Read(X509Certificate shown, SslPolicyErrors errors, Shown words)
    {
        using var certificate = new X509Certificate2(shown);
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var listed = names is null
            ? []
            : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()));
        var subject = words.Clean(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), 80);
        return new(
            words.Clean(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), 80),
            subject,
            words.Clean(string.Join(", ", listed.DefaultIfEmpty(subject).Take(4)), 160),
            certificate.NotBefore,
            certificate.NotAfter,
            errors);
    }

    public bool IsSelfSigned => Issuer == Subject;

    public bool IsTimely(DateTimeOffset now) => NotBefore <= now && now <= NotAfter;

    public int DaysLeft(DateTimeOffset now) => (int)Math.Floor((NotAfter - now).TotalDays);

    public static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
