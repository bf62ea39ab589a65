using Microsoft.Extensions.Configuration;
using Npgsql;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>DATABASE_URL as people copy it, from Supabase among others.</summary>
public sealed class ReadingDatabaseUrlsTests
{
    [Theory]
    [InlineData(
        "postgresql://postgres:s3cret@db.abcdefghij.supabase.co:5432/postgres",
        "db.abcdefghij.supabase.co",
        5432,
        "postgres",
        "s3cret"
    )]
    [InlineData(
        "postgres://postgres.abcdefghij:p%40ss%23w%2Frd%25@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
        "aws-0-eu-central-1.pooler.supabase.com",
        5432,
        "postgres.abcdefghij",
        "p@ss#w/rd%"
    )]
    [InlineData("postgres://user:a:b@db.example/postgres", "db.example", 5432, "user", "a:b")]
    [InlineData("postgres://user@db.example:6543/postgres", "db.example", 6543, "user", null)]
    public void User_password_host_and_port_are_read(string url, string host, int port, string user, string? password)
    {
        var read = new NpgsqlConnectionStringBuilder(Read(url).PostgresConnection);

        Assert.Equal((host, port, user, password, "postgres"), (read.Host, read.Port, read.Username, read.Password, read.Database));
    }

    [Fact]
    public void Parameters_of_other_libraries_are_passed_over_and_said_and_the_others_count()
    {
        var location = Read(
            "postgres://postgres.ref:x@aws-0-eu-central-1.pooler.supabase.com:5432/postgres?pgbouncer=true&connection_limit=7&sslmode=require&schema=public&supa=base-pooler.x"
        );

        var read = new NpgsqlConnectionStringBuilder(location.PostgresConnection);
        Assert.Equal((7, SslMode.Require, "public"), (read.MaxPoolSize, read.SslMode, read.SearchPath));
        Assert.Equal("DATABASE_URL has pgbouncer and supa, which other programs read. The console passes over it.", location.Note);
        Assert.Null(Read("postgres://user@db.example/x?sslmode=verify-full").Note);
    }

    [Theory]
    [InlineData("postgres://postgres.ref:x@aws-0-eu-central-1.pooler.supabase.com:6543/postgres", "transaction mode")]
    [InlineData("postgres://postgres:x@db.ref.supabase.co:6543/postgres?pgbouncer=true", "port 5432")]
    [InlineData("postgresql://postgres:[YOUR-PASSWORD]@db.ref.supabase.co:5432/postgres", "[YOUR-PASSWORD]")]
    [InlineData("postgres://user:a/b@db.example:x/postgres", "percent-encode")]
    [InlineData("postgres://db.example/x?colour=red", "DATABASE_URL is not valid.")]
    public void What_cannot_carry_the_console_is_said_with_what_to_do(string url, string said)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => Read(url));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    private static RegistryLocation Read(string url) =>
        RegistryLocation.From(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["DATABASE_URL"] = url }).Build(),
            Path.GetTempPath()
        );
}
