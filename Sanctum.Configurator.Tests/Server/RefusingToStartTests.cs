using System.Net;
using System.Net.Sockets;
using Npgsql;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What the operator reads when the console can't start with what he gave it.</summary>
public sealed class RefusingToStartTests : IAsyncDisposable
{
    private readonly ConsoleProcess _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Theory]
    [InlineData("SANCTUM_ADMIN_PASSWORD", "password1234", "SANCTUM_ADMIN_PASSWORD is not accepted. ")]
    [InlineData("SANCTUM_API_KEY", "too-short", "SANCTUM_API_KEY is not accepted. A key needs at least 32 characters; this one has 9.")]
    [InlineData("DATABASE_URL", "mysql://db.example/sanctum", "DATABASE_URL must begin with postgres:// or postgresql://. ")]
    [InlineData("DATABASE_URL", "postgres://db.example/sanctum?colour=red", "DATABASE_URL is not valid. ")]
    [InlineData("ConnectionStrings__Registry", "Host=db.example;Colour=red", "ConnectionStrings:Registry is not valid. ")]
    [InlineData(
        "DATABASE_URL",
        "postgres://sanctum:canary@127.0.0.1:1/sanctum",
        "The PostgreSQL database sanctum on 127.0.0.1:1 can't be opened: "
    )]
    [InlineData("Sanctum__DataDirectory", "/dev/null/data", "The console can't write in its data folder /dev/null/data: ")]
    [InlineData("Sessions__Idle", "30.00:00:00", "Sessions:Idle must not be longer than Sessions:Absolute.")]
    [InlineData("Sessions__Idle", "soon", "Failed to convert configuration value 'soon' at 'Sessions:Idle' ")]
    [InlineData("Registry__SecretsAsText", "perhaps", "Failed to convert configuration value 'perhaps' at 'Registry:SecretsAsText' ")]
    [InlineData("Outbound__TrustedCertificates", "no-such.pem", "Outbound:TrustedCertificates names 'no-such.pem', which was not found.")]
    [InlineData("Proxies__Trusted", "everybody", "Proxies:Trusted holds \"everybody\", ")]
    public async Task A_setting_that_cannot_be_used_is_one_sentence_and_no_stack_trace(string variable, string value, string said)
    {
        Assert.SkipWhen(value.StartsWith("/dev/", StringComparison.Ordinal) && OperatingSystem.IsWindows(), "There is no /dev here.");

        var (exitCode, output, errors) = await _console.StartInVainAsync((variable, value));

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith(said, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.DoesNotContain("canary", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("password1234", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_without_the_database_is_one_sentence()
    {
        var server = Environment.GetEnvironmentVariable(TestRegistry.PostgresVariable);
        Assert.SkipWhen(server is null, $"No PostgreSQL: {TestRegistry.PostgresVariable} is not set to a connection string.");
        var connection = new NpgsqlConnectionStringBuilder(server) { Database = "nowhere" }.ConnectionString;

        var (exitCode, _, errors) = await _console.StartInVainAsync(("ConnectionStrings__Registry", connection));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The PostgreSQL database nowhere on ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_that_is_too_old_is_one_sentence(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await FormerConsole.LeaveAsync(registry, registryLacks: 11);
        var (variable, value) =
            database == TestDatabase.Sqlite
                ? ("Sanctum__DataDirectory", registry.Location.DataDirectory)
                : ("ConnectionStrings__Registry", registry.Location.PostgresConnection!);

        var (exitCode, output, errors) = await _console.StartInVainAsync((variable, value));

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"^The schema of the registry is at \d+_Start, .*\. First start the previous version once, .*\.\n$", errors);
    }

    /// <summary>The host has logged the failure by then; the last word says what to do.</summary>
    [Fact]
    public async Task An_address_that_is_taken_is_named_and_so_is_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exitCode, _, errors) = await _console.StartInVainAsync(("Kestrel__Endpoints__Http__Url", $"http://{taken.LocalEndpoint}"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"Failed to bind to address http://{taken.LocalEndpoint}",
            errors.TrimEnd().Split('\n')[^1],
            StringComparison.Ordinal
        );
        Assert.EndsWith("or start the console with another one: --urls.", errors.TrimEnd(), StringComparison.Ordinal);
    }
}
