using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Targets;

public sealed class StoringInABucketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-s3-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection([new("Outbound:Refused:0", "refused.example")]).Build()
        )
        .AddSingleton<HostLookup>((host, _) => Task.FromResult<IPAddress[]>(host == "localhost" ? [IPAddress.Loopback] : []))
        .AddOutbound()
        .BuildServiceProvider();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_stored_is_listed_fetched_and_deleted()
    {
        await using var fake = await FakeS3.StartAsync();
        using var store = Open(fake);
        var (file, sum) = Write("a.sanctum", 70_000);
        var moved = 0L;

        await store.StoreAsync(file, "a.sanctum", sum, new DirectProgress<long>(bytes => moved += bytes), Cancel);
        await store.StoreAsync(file, "b.sanctum", sum, null, Cancel);
        await store.StoreAsync(file, "c.sanctum", sum, null, Cancel);

        Assert.True(moved >= 70_000);
        Assert.Equal(["a.sanctum", "b.sanctum", "c.sanctum"], (await store.ListAsync(Cancel)).Select(f => f.Name));
        Assert.All(await store.ListAsync(Cancel), f => Assert.Equal(70_000, f.SizeBytes));
        await store.FetchAsync("a.sanctum", Path.Combine(_folder, "back"), null, Cancel);
        Assert.Equal(await File.ReadAllBytesAsync(file, Cancel), await File.ReadAllBytesAsync(Path.Combine(_folder, "back"), Cancel));
        await store.DeleteAsync("a.sanctum", Cancel);
        await store.DeleteAsync("a.sanctum", Cancel);
        Assert.Equal(["home/b.sanctum", "home/c.sanctum"], fake.Objects.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_a_server_that_lists_more_than_was_asked_for_only_its_own_count()
    {
        await using var fake = await FakeS3.StartAsync();
        using var store = Open(fake);
        using var other = Open(fake, "work/");
        using var all = Open(fake, "");
        var (file, sum) = Write("a.sanctum", 5);
        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);
        await other.StoreAsync(file, "b.sanctum", sum, null, Cancel);
        await all.StoreAsync(file, "c", sum, null, Cancel);

        fake.Ignores = "prefix";

        Assert.Equal(["a.sanctum"], (await store.ListAsync(Cancel)).Select(found => found.Name));
    }

    [Fact]
    public async Task A_server_that_begins_its_list_anew_for_ever_is_told_so()
    {
        await using var fake = await FakeS3.StartAsync();
        using var store = Open(fake);
        var (file, sum) = Write("a.sanctum", 5);
        foreach (var name in new[] { "a.sanctum", "b.sanctum", "c.sanctum" })
        {
            await store.StoreAsync(file, name, sum, null, Cancel);
        }

        fake.Ignores = "continuation-token";

        var failure = await Assert.ThrowsAsync<BackupFailedException>(() => store.ListAsync(Cancel));
        Assert.Contains("doesn't list all of its objects", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_big_file_goes_in_pieces_after_the_left_ones_of_a_killed_console_were_cleared()
    {
        await using var fake = await FakeS3.StartAsync();
        fake.LeaveUpload("home/big.sanctum");
        using var store = Open(fake);
        var (file, sum) = Write("big", (2 * S3Store.PartBytes) + 5);

        await store.StoreAsync(file, "big.sanctum", sum, null, Cancel);

        Assert.Equal(await File.ReadAllBytesAsync(file, Cancel), fake.Objects["home/big.sanctum"]);
        Assert.Equal(
            ["PUT home/big.sanctum part 1", "PUT home/big.sanctum part 2", "PUT home/big.sanctum part 3"],
            fake.Requests.Where(r => r.Contains(" part ", StringComparison.Ordinal))
        );
        Assert.Equal(0, fake.Uploads);
    }

    [Fact]
    public async Task What_is_there_with_the_same_content_is_left_alone()
    {
        await using var fake = await FakeS3.StartAsync();
        using var store = Open(fake);
        var (file, sum) = Write("a", 100);
        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);
        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);

        Assert.Single(fake.Requests, r => r == "PUT home/a.sanctum");
    }

    [Fact]
    public async Task A_piece_that_was_lost_on_the_way_is_sent_again()
    {
        await using var fake = await FakeS3.StartAsync();
        var lost = new Queue<FakeS3Manner>([FakeS3Manner.Cut, FakeS3Manner.Broken]);
        fake.Manner = (method, _) => method == "PUT" && lost.TryDequeue(out var manner) ? manner : null;
        using var store = Open(fake);
        var (file, sum) = Write("a", 100);

        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);

        Assert.Equal(3, fake.Requests.Count(r => r == "PUT home/a.sanctum"));
        Assert.Single(fake.Objects);
    }

    [Fact]
    public async Task A_big_file_that_breaks_off_leaves_nothing_behind()
    {
        await using var fake = await FakeS3.StartAsync();
        var parts = 0;
        fake.Manner = (method, _) => method == "PUT" && ++parts > 1 ? FakeS3Manner.Broken : null;
        using var store = Open(fake);
        var (file, sum) = Write("big", S3Store.PartBytes + 5);

        await Assert.ThrowsAsync<BackupFailedException>(() => store.StoreAsync(file, "big.sanctum", sum, null, Cancel));

        Assert.Equal((0, 0), (fake.Uploads, fake.Objects.Count));
    }

    [Fact]
    public async Task A_test_leaves_nothing()
    {
        await using var fake = await FakeS3.StartAsync();
        using var store = Open(fake);

        await store.TestAsync(Cancel);

        Assert.Empty(fake.Objects);
        Assert.Equal(
            (1, 1),
            (
                fake.Requests.Count(r => r.Contains(" part ", StringComparison.Ordinal)),
                fake.Requests.Count(r => r.StartsWith("DELETE", StringComparison.Ordinal))
            )
        );
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "AccessDenied")]
    [InlineData(HttpStatusCode.NotImplemented, "NotImplemented")]
    [InlineData(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    public async Task Where_unfinished_uploads_can_t_be_listed_big_files_go_all_the_same(HttpStatusCode status, string code)
    {
        await using var fake = await FakeS3.StartAsync();
        fake.Manner = (method, key) => method == "GET" && key == "?uploads" ? new(status, code) : null;
        using var store = Open(fake);
        var (file, sum) = Write("big", S3Store.PartBytes + 5);

        await store.TestAsync(Cancel);
        await store.StoreAsync(file, "big.sanctum", sum, null, Cancel);

        Assert.Equal(["home/big.sanctum"], fake.Objects.Keys);
    }

    [Fact]
    public async Task A_test_fails_where_copying_a_big_file_would()
    {
        await using var fake = await FakeS3.StartAsync();
        fake.Manner = (method, _) => method == "POST" ? new(HttpStatusCode.Forbidden, "AccessDenied") : null;
        using var store = Open(fake);

        await Assert.ThrowsAsync<BackupFailedException>(() => store.TestAsync(Cancel));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "ExpiredToken", "have expired. Enter new ones.")]
    [InlineData(HttpStatusCode.Forbidden, "AccessDenied", "does not allow this with the access key AKIDFAKE.")]
    [InlineData(HttpStatusCode.Forbidden, "RequestTimeTooSkewed", "differ too much. Set this machine's clock")]
    [InlineData(HttpStatusCode.NotFound, "NoSuchBucket", "has no bucket sanctum-backups. Create it")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError", "failed with HTTP 500.")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "SlowDown", "is overloaded.")]
    [InlineData(HttpStatusCode.InsufficientStorage, "XMinioStorageFull", "is full. Free some space there")]
    [InlineData(HttpStatusCode.MovedPermanently, "PermanentRedirect", "is in another region than eu-test-1.")]
    public async Task Each_refusal_has_its_sentence(HttpStatusCode status, string code, string sentence)
    {
        await using var fake = await FakeS3.StartAsync();
        fake.Manner = (_, _) => new(status, code);
        using var store = Open(fake);

        var failure = await Assert.ThrowsAsync<BackupFailedException>(() => store.TestAsync(Cancel));

        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_keys_regions_and_buckets_are_told_apart()
    {
        await using var fake = await FakeS3.StartAsync();
        var place = PlaceOf(fake);

        Assert.Contains("rejected the signature", await FailAsync(place with { SecretKey = "another" }), StringComparison.Ordinal);
        Assert.Contains(
            "doesn't know the access key AKIDOTHER",
            await FailAsync(place with { AccessKey = "AKIDOTHER" }),
            StringComparison.Ordinal
        );
        Assert.Contains("another region than us-west-1", await FailAsync(place with { Region = "us-west-1" }), StringComparison.Ordinal);
        Assert.Contains("has no bucket other", await FailAsync(place with { Bucket = "other" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_the_console_from_the_server_is_said()
    {
        var certificate = FakeCertificates.SignItself(DateTimeOffset.MaxValue.AddYears(-1));
        await using var fake = await FakeS3.StartAsync(certificate);
        await using var cutting = await FakeS3.StartAsync();
        cutting.Manner = (_, _) => FakeS3Manner.Cut;
        int free;
        await using (var gone = RawServer.Silent())
        {
            free = gone.Port;
        }

        var place = PlaceOf(fake);
        Assert.Contains("certificate is self-signed", await FailAsync(place), StringComparison.Ordinal);
        Assert.Contains(
            "nothing listens on the server's port",
            await FailAsync(place with { Endpoint = new($"http://localhost:{free}") }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the server's name",
            await FailAsync(place with { Endpoint = new("http://nowhere.example") }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "in the block list",
            await FailAsync(place with { Endpoint = new("http://refused.example") }),
            StringComparison.Ordinal
        );
        Assert.Contains("credentials", await FailAsync(place with { Endpoint = new("http://169.254.169.254") }), StringComparison.Ordinal);
        Assert.Contains("(The cellar) failed: ", await FailAsync(PlaceOf(cutting)), StringComparison.Ordinal);
    }

    private static S3Place PlaceOf(FakeS3 fake) =>
        new("The cellar", fake.Address, FakeS3.Region, FakeS3.Bucket, "home/", FakeS3.AccessKey, FakeS3.SecretKey);

    private async Task<string> FailAsync(S3Place place)
    {
        using var store = new S3Store(place, _services.GetRequiredService<OutboundHttp>());
        return (await Assert.ThrowsAsync<BackupFailedException>(() => store.TestAsync(Cancel))).Message;
    }

    private S3Store Open(FakeS3 fake, string? prefix = null) =>
        new(prefix is null ? PlaceOf(fake) : PlaceOf(fake) with { Prefix = prefix }, _services.GetRequiredService<OutboundHttp>());

    private (string File, string Sum) Write(string name, int size)
    {
        var bytes = new byte[size];
        for (var at = 0; at < size; at++)
        {
            bytes[at] = (byte)(at * 31);
        }

        var file = Path.Combine(_folder, name);
        File.WriteAllBytes(file, bytes);
        return (file, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
