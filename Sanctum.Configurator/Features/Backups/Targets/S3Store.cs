using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>Where a bucket is, and with which keys it is spoken to. No others are ever looked for.</summary>
/// <param name="Prefix">What the names of the objects begin with; "" for nothing.</param>
internal sealed record S3Place(string Target, Uri Endpoint, string Region, string Bucket, string Prefix, string AccessKey, string SecretKey)
{
    public const string DefaultRegion = "us-east-1";
}

/// <summary>
/// A bucket that speaks S3, addressed by path. The server checks each piece against the SHA-256 that is signed with it, so what it takes
/// is what was sent.
/// </summary>
internal sealed class S3Store : IBackupStore
{
    internal const int PartBytes = 8 << 20;

    private const int MostParts = 9_000;
    private const long NoLimit = 1L << 50;
    private const int Tries = 3;
    private const string SumKey = "sha256";

    private readonly S3Place _place;
    private readonly AmazonS3Client _client;

    public S3Store(S3Place place, OutboundHttp http)
    {
        _place = place;
        var config = new AmazonS3Config
        {
            // Everything that the library would otherwise look for in the environment, in profiles or at a cloud machine's own address.
            ServiceURL = place.Endpoint.AbsoluteUri,
            AuthenticationRegion = place.Region,
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            IgnoreConfiguredEndpointUrls = true,
            UseDualstackEndpoint = false,
            UseFIPSEndpoint = false,
            EndpointDiscoveryEnabled = false,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 0,
            DisableClockSkewCorrection = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = true,
            HttpClientFactory = new GuardedClients(http, place.Endpoint),
        };
        _client = new(new BasicAWSCredentials(place.AccessKey, place.SecretKey), config);
    }

    public Task StoreAsync(string file, string name, string checksum, IProgress<long>? progress, CancellationToken cancel) =>
        TryAsync(async () =>
        {
            var size = new FileInfo(file).Length;
            if (await FindAsync(name, cancel) is { } there && there.ContentLength == size && there.Metadata[SumKey] == checksum)
            {
                return;
            }

            await using var source = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                1,
                FileOptions.Asynchronous | FileOptions.SequentialScan
            );
            if (size <= PartBytes)
            {
                var part = new byte[size];
                await source.ReadExactlyAsync(part, cancel);
                await AgainAsync(() => PutAsync(name, part, checksum, progress, cancel), cancel);
            }
            else
            {
                await StorePartsAsync(source, name, checksum, progress, cancel);
            }

            if (await FindAsync(name, cancel) is not { } stored || stored.ContentLength != size || stored.Metadata[SumKey] != checksum)
            {
                throw new BackupFailedException(
                    $"What the bucket {_place.Bucket} ({_place.Target}) returned after writing differs from what was written. Check for a rule there that changes or deletes objects."
                )
                {
                    MayBeOfOneObject = true,
                };
            }
        });

    public Task FetchAsync(string name, string file, IProgress<long>? progress, CancellationToken cancel) =>
        TryAsync(async () =>
        {
            using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _place.Bucket, Key = KeyOf(name) }, cancel);
            await using var target = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            var buffer = new byte[1 << 17];
            long done = 0;
            for (int read; (read = await answer.ResponseStream.ReadAsync(buffer, cancel)) > 0; done += read)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancel);
                progress?.Report(read);
            }

            if (done != answer.ContentLength)
            {
                throw new OutboundFailedException(OutboundFailure.Cut, "the server's answer ended early.");
            }

            target.Flush(flushToDisk: true);
        });

    public Task DeleteAsync(string name, CancellationToken cancel) =>
        TryAsync(() =>
            AgainAsync(
                () => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _place.Bucket, Key = KeyOf(name) }, cancel),
                cancel
            )
        );

    public async Task<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancel)
    {
        var found = new List<StoredFile>();
        await TryAsync(async () =>
        {
            var request = new ListObjectsV2Request { BucketName = _place.Bucket, Prefix = _place.Prefix };
            ListObjectsV2Response page;
            do
            {
                page = await AgainAsync(() => _client.ListObjectsV2Async(request, cancel), cancel);
                found.AddRange(
                    (page.S3Objects ?? [])
                        .Where(item => item.Key.StartsWith(_place.Prefix, StringComparison.Ordinal))
                        .Select(item => new StoredFile(item.Key[_place.Prefix.Length..], item.Size ?? 0))
                        .Where(item =>
                            item.Name.EndsWith(BackupFiles.Extension, StringComparison.Ordinal)
                            && !item.Name.Contains('/', StringComparison.Ordinal)
                        )
                );
                if (page.IsTruncated == true && (page.NextContinuationToken ?? request.ContinuationToken) == request.ContinuationToken)
                {
                    throw new BackupFailedException(
                        $"The server of the bucket {_place.Bucket} ({_place.Target}) doesn't list all of its objects. Check the server."
                    );
                }

                request.ContinuationToken = page.NextContinuationToken;
            } while (page.IsTruncated == true);
        });
        return found;
    }

    public Task TestAsync(CancellationToken cancel) =>
        TryAsync(async () =>
        {
            var name = $"sanctum-test-{Guid.NewGuid():N}";
            var probe = Encoding.UTF8.GetBytes($"Sanctum was here: {name}");
            var sum = Convert.ToHexStringLower(SHA256.HashData(probe));

            // In one piece as a small backup goes, and in parts as a big one does: each takes rights of its own.
            await PutAsync(name, probe, sum, null, cancel);
            await ProbeAsync(name, probe, sum, cancel);
            await StorePartsAsync(new MemoryStream(probe), name, sum, null, cancel);
            await ProbeAsync(name, probe, sum, cancel);
            await _client.ListObjectsV2Async(
                new ListObjectsV2Request
                {
                    BucketName = _place.Bucket,
                    Prefix = _place.Prefix,
                    MaxKeys = 1,
                },
                cancel
            );
            await _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _place.Bucket, Key = KeyOf(name) }, cancel);
        });

    private async Task ProbeAsync(string name, byte[] probe, string sum, CancellationToken cancel)
    {
        using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _place.Bucket, Key = KeyOf(name) }, cancel);
        using var read = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(read, cancel);
        if (
            !read.ToArray().AsSpan().SequenceEqual(probe)
            || await FindAsync(name, cancel) is not { } found
            || found.Metadata[SumKey] != sum
        )
        {
            throw new BackupFailedException(
                $"The bucket {_place.Bucket} ({_place.Target}) returned different content after writing. Check the server."
            );
        }
    }

    public void Dispose() => _client.Dispose();

    private string KeyOf(string name) => _place.Prefix + Path.GetFileName(name);

    private async Task<GetObjectMetadataResponse?> FindAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await AgainAsync(
                () =>
                    _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _place.Bucket, Key = KeyOf(name) }, cancel),
                cancel
            );
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private Task<PutObjectResponse> PutAsync(
        string name,
        byte[] content,
        string checksum,
        IProgress<long>? progress,
        CancellationToken cancel
    )
    {
        var request = new PutObjectRequest
        {
            BucketName = _place.Bucket,
            Key = KeyOf(name),
            InputStream = new CountedStream(content, content.Length, progress),
            ContentType = "application/octet-stream",
            UseChunkEncoding = false,
            DisablePayloadSigning = false,
        };
        request.Metadata[SumKey] = checksum;
        return _client.PutObjectAsync(request, cancel);
    }

    private async Task StorePartsAsync(Stream source, string name, string checksum, IProgress<long>? progress, CancellationToken cancel)
    {
        await AbandonUnfinishedAsync(name, cancel);
        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = _place.Bucket,
            Key = KeyOf(name),
            ContentType = "application/octet-stream",
        };
        begin.Metadata[SumKey] = checksum;
        var upload = (await AgainAsync(() => _client.InitiateMultipartUploadAsync(begin, cancel), cancel)).UploadId;
        try
        {
            var buffer = new byte[Math.Max(PartBytes, (source.Length / MostParts) + 1)];
            var parts = new List<PartETag>();
            while (source.Position < source.Length)
            {
                var length = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
                var number = parts.Count + 1;
                var answer = await AgainAsync(
                    () =>
                        _client.UploadPartAsync(
                            new()
                            {
                                BucketName = _place.Bucket,
                                Key = KeyOf(name),
                                UploadId = upload,
                                PartNumber = number,
                                PartSize = length,
                                InputStream = new CountedStream(buffer, length, progress),
                                UseChunkEncoding = false,
                                DisablePayloadSigning = false,
                            },
                            cancel
                        ),
                    cancel
                );
                parts.Add(new(number, answer.ETag));
            }

            await AgainAsync(
                () =>
                    _client.CompleteMultipartUploadAsync(
                        new()
                        {
                            BucketName = _place.Bucket,
                            Key = KeyOf(name),
                            UploadId = upload,
                            PartETags = parts,
                        },
                        cancel
                    ),
                cancel
            );
        }
        catch
        {
            await TryAbandonAsync(name, upload);
            throw;
        }
    }

    /// <summary>
    /// A console that was killed left its pieces there, which cost money and are never seen. Where the key may not list them, or the server
    /// can't, they are left to the bucket's own rules: no backup has to wait for that.
    /// </summary>
    private async Task AbandonUnfinishedAsync(string name, CancellationToken cancel)
    {
        ListMultipartUploadsResponse unfinished;
        try
        {
            unfinished = await _client.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = _place.Bucket, Prefix = KeyOf(name) },
                cancel
            );
        }
        catch (Exception e) when (e is not OperationCanceledException && S3Failure.Explain(e, _place) is not null)
        {
            return; // What else ails the server, the copy itself will say.
        }

        foreach (var upload in (unfinished.MultipartUploads ?? []).Where(upload => upload.Key == KeyOf(name)))
        {
            await TryAbandonAsync(name, upload.UploadId);
        }
    }

    private async Task TryAbandonAsync(string name, string upload)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _client.AbortMultipartUploadAsync(
                new()
                {
                    BucketName = _place.Bucket,
                    Key = KeyOf(name),
                    UploadId = upload,
                },
                patience.Token
            );
        }
        catch (Exception e) when (e is OperationCanceledException || S3Failure.Explain(e, _place) is not null)
        {
            // The first failure is the one to tell; the next copy clears up.
        }
    }

    /// <summary>A piece that was lost on the way is sent again at once; what lasts longer is left to the copy's own next try.</summary>
    private static async Task<T> AgainAsync<T>(Func<Task<T>> send, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await send();
            }
            catch (Exception e) when (attempt < Tries && !cancel.IsCancellationRequested && S3Failure.IsPassing(e))
            {
                // Once more.
            }
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (S3Failure.Explain(e, _place) is { } sentence)
        {
            throw new BackupFailedException(sentence, e) { MayBeOfOneObject = S3Failure.MayBeOfOneObject(e) };
        }
    }

    /// <summary>The library's way to the network: the console's guarded one. Only the copy's own patience ends a call.</summary>
    private sealed class GuardedClients(OutboundHttp http, Uri endpoint) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var client = http.CreateClient(endpoint, maxResponseBytes: NoLimit);
            client.Timeout = Timeout.InfiniteTimeSpan;
            return client;
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public override string GetConfigUniqueString(IClientConfig clientConfig) =>
            string.Create(CultureInfo.InvariantCulture, $"sanctum {endpoint}");
    }

    /// <summary>A piece in memory that tells how far it was read.</summary>
    private sealed class CountedStream(byte[] content, int length, IProgress<long>? progress)
        : MemoryStream(content, 0, length, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) => Count(base.Read(buffer, offset, Math.Min(count, 1 << 17)));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(Read(buffer, offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Count(base.Read(buffer.Span[..Math.Min(buffer.Length, 1 << 17)])));

        private int Count(int read)
        {
            progress?.Report(read);
            return read;
        }
    }
}
