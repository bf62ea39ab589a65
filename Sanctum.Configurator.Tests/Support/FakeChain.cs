using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A Letta server with a certificate of an intermediate authority, on two ports: one sends the whole chain, the other the leaf alone.
/// </summary>
internal sealed class FakeChain : IAsyncDisposable
{
    public const string IntermediateName = "Fake Intermediate";

    private readonly List<RawServer> _servers = [];

    public required string Root { get; init; }

    public required string Intermediate { get; init; }

    public Uri Whole { get; private set; } = null!;

    public Uri Cut { get; private set; } = null!;

    public static Task<FakeChain> StartAsync()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("Fake Root", rootKey)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1));
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Authority(IntermediateName, middleKey)
            .Create(root, DateTimeOffset.UtcNow.AddDays(-99), DateTimeOffset.UtcNow.AddDays(99), [1, 2, 3]);
        using var signing = middle.CopyWithPrivateKey(middleKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(signing, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(90), [4, 5, 6]);
        var chain = new FakeChain { Root = root.ExportCertificatePem(), Intermediate = middle.ExportCertificatePem() };
        var leaf = issued.CopyWithPrivateKey(key);
        chain.Whole = chain.Serve(
            SslStreamCertificateContext.Create(leaf, [X509CertificateLoader.LoadCertificate(middle.RawData)], offline: true)
        );
        chain.Cut = chain.Serve(SslStreamCertificateContext.Create(leaf, null, offline: true));
        return Task.FromResult(chain);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private Uri Serve(SslStreamCertificateContext certificate)
    {
        var server = RawServer.Talking(
            async (stream, cancel) =>
            {
                using var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificateContext = certificate },
                    cancel
                );
                var asked = new byte[4096];
                var text = Encoding.ASCII.GetString(asked, 0, await secure.ReadAsync(asked, cancel));
                await secure.WriteAsync(
                    text.Contains("health", StringComparison.Ordinal)
                            ? BadAnswers.Whole("{\"version\": \"0.16.8\", \"status\": \"ok\"}"u8, "")
                        : text.Contains("Bearer", StringComparison.OrdinalIgnoreCase) ? BadAnswers.Whole("3"u8, "")
                        : BadAnswers.Whole("{}"u8, "", status: 401),
                    cancel
                );
            }
        );
        _servers.Add(server);
        return new Uri($"https://localhost:{server.Port}/");
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
