using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Outbound;

public sealed class RefusingAddressesTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("febf::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:100.100.100.200")]
    [InlineData("::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a9fe:a9fe")]
    [InlineData("64:ff9b:1:a9fe:a9:fe00::")]
    [InlineData("2001:0:1:2:3:4:5601:5601")]
    [InlineData("2001:db8::5efe:169.254.169.254")]
    [InlineData("::ffff:0:a9fe:a9fe")]
    [InlineData("::ffff:0:169.254.169.254")]
    [InlineData("::ffff:0:100.100.100.200")]
    [InlineData("::ffff:0:0.0.0.0")]
    [InlineData("64:ff9b::0.0.0.0")]
    [InlineData("64:ff9b:1:1:a9:fea9:fe00:0")]
    [InlineData("64:ff9b:1:1:0a9:fea9:fe00:0")]
    [InlineData("64:ff9b:1:a9:fe:a9fe::")]
    [InlineData("2001:db8:a9fe:a9fe::")]
    [InlineData("2001:db8:00a9:fea9:00fe::")]
    [InlineData("2001:db8:1:a9fe:a9:fe00::")]
    [InlineData("2001:db8:1:a9:fe:a9fe::")]
    [InlineData("2001:db8:1:1:a9:fea9:fe00:0")]
    [InlineData("2001:db8:1:1::a9fe:a9fe")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("2002:a9fe:a9fe:1:2:3:4:5")]
    [InlineData("2002:e000:1::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void An_address_that_is_never_called_is_refused_in_every_disguise(string address) =>
        Assert.NotNull(GuardWith().FindReason(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.9")]
    [InlineData("192.168.1.20")]
    [InlineData("100.64.0.1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("93.184.216.34")]
    [InlineData("2606:4700::1111")]
    [InlineData("2002:5db8:d822::1")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::5db8:d822")]
    [InlineData("2001:db8::e000:1")]
    [InlineData("2001:db8:1:2:1a9:fea9:fe00:0")]
    [InlineData("2001:db8:a9fe:a9fe::1")]
    public void An_address_where_servers_live_is_allowed(string address) => Assert.Null(GuardWith().FindReason(IPAddress.Parse(address)));

    [Theory]
    [InlineData("metadata.google.internal")]
    [InlineData("METADATA.GOOGLE.INTERNAL.")]
    [InlineData("metadata.goog")]
    [InlineData("instance-data")]
    public void A_metadata_host_is_refused_by_name(string host) => Assert.NotNull(GuardWith().FindReason(host));

    [Theory]
    [InlineData("10.0.0.0/8", "10.200.0.1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.0/8", "64:ff9b::a00:1", true)]
    [InlineData("10.0.0.0/8", "::ffff:0:10.0.0.1", true)]
    [InlineData("10.0.0.0/8", "64:ff9b:1::10.0.0.1", true)]
    [InlineData("10.0.0.0/8", "2002:a00:1::1", true)]
    [InlineData("10.0.0.0/8", "2001:db8:1:2::10.0.0.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8:1:2::17", false)]
    [InlineData("::ffff:10.0.0.0/104", "10.200.0.1", true)]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.9.8.7/8", "10.200.0.1", true)]
    [InlineData("192.168.1.5", "192.168.1.5", true)]
    [InlineData("192.168.1.5", "192.168.1.6", false)]
    [InlineData("fd00::/8", "fd00::2", true)]
    [InlineData("::1", "::1", true)]
    public void The_operators_networks_are_refused_as_well(string entry, string address, bool isRefused) =>
        Assert.Equal(isRefused, GuardWith(entry).FindReason(IPAddress.Parse(address)) is not null);

    [Theory]
    [InlineData("files.example", "files.example", true)]
    [InlineData("files.example", "Files.Example.", true)]
    [InlineData("files.example", "more.files.example", false)]
    [InlineData("*.internal", "db.internal", true)]
    [InlineData("*.internal", "a.b.internal", true)]
    [InlineData("*.internal", "internal", false)]
    public void The_operators_hosts_are_refused_as_well(string entry, string host, bool isRefused) =>
        Assert.Equal(isRefused, GuardWith(entry).FindReason(host) is not null);

    [Theory]
    [InlineData("Outbound:Refused:0", "10.0.0.0/33")]
    [InlineData("Outbound:Refused:0", "not a host")]
    [InlineData("Outbound:Refused:0", "")]
    [InlineData("Outbound:MaxResponseBytes", "12")]
    [InlineData("Outbound:TrustedCertificates", "no-such-file.pem")]
    public void A_setting_that_cannot_be_kept_stops_the_start(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddOutbound().BuildServiceProvider();

        var fault = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(key.Replace(":0", "", StringComparison.Ordinal), fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "contains no certificate")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "contains no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "contains a certificate that can't be read")]
    public async Task Trusted_certificates_that_are_none_stop_the_start_and_the_file_is_named(string text, string said)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        var fault = new OutboundOptionsValidator().Validate(null, new() { TrustedCertificates = file });

        File.Delete(file);
        Assert.StartsWith($"Outbound:TrustedCertificates names '{file}', which {said}", fault.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_an_authority_is_trusted()
    {
        using var certificates = new FakeCertificates();

        Assert.True(new OutboundOptionsValidator().Validate(null, new() { TrustedCertificates = certificates.AuthorityFile }).Succeeded);
    }

    private static OutboundGuard GuardWith(params string[] refused)
    {
        var options = new OutboundOptions();
        foreach (var entry in refused)
        {
            options.Refused.Add(entry);
        }

        return new(Options.Create(options));
    }
}
