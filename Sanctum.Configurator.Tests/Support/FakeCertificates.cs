using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A certificate authority that no machine trusts unless it is told to, and the certificates it issues.</summary>
public sealed class FakeCertificates : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly string _file = Path.GetTempFileName();

    public FakeCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Fake Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3));
        File.WriteAllText(_file, _root.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate as a PEM file.</summary>
    public string AuthorityFile => _file;

    public X509Certificate2 IssueValid() => Issue("localhost", DateTimeOffset.UtcNow.AddDays(60));

    public X509Certificate2 IssueExpired() => Issue("localhost", DateTimeOffset.UtcNow.AddDays(-1));

    public X509Certificate2 IssueForAnotherName() => Issue("another.example", DateTimeOffset.UtcNow.AddDays(60));

    public static X509Certificate2 SignItself(DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return RequestFor("localhost", key).CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), notAfter);
    }

    public void Dispose()
    {
        _root.Dispose();
        File.Delete(_file);
    }

    private X509Certificate2 Issue(string name, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = RequestFor(name, key)
            .Create(_root, DateTimeOffset.UtcNow.AddYears(-1), notAfter, RandomNumberGenerator.GetBytes(12));
        return issued.CopyWithPrivateKey(key);
    }

    private static CertificateRequest RequestFor(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
