using System.Collections.Concurrent;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>How the fake answers instead of doing what is asked.</summary>
/// <param name="Status">Null to hang (<paramref name="Code"/> "hang") or to cut the connection ("cut").</param>
public sealed record FakeS3Manner(HttpStatusCode? Status, string Code)
{
    public static readonly FakeS3Manner Hang = new(null, "hang");
    public static readonly FakeS3Manner Cut = new(null, "cut");
    public static readonly FakeS3Manner Broken = new(HttpStatusCode.InternalServerError, "InternalError");
    public static readonly FakeS3Manner Skewed = new(HttpStatusCode.Forbidden, "RequestTimeTooSkewed");
    public static readonly FakeS3Manner Expired = new(HttpStatusCode.Forbidden, "ExpiredToken");
}

/// <summary>
/// A small S3 server on a real port: one bucket, addressed by path. It checks each signature (version 4) and that the body has the
/// SHA-256 that was signed; a body that is not signed is refused.
/// </summary>
public sealed class FakeS3 : IAsyncDisposable
{
    public const string Bucket = "sanctum-backups";
    public const string Region = "eu-test-1";
    public const string AccessKey = "AKIDFAKE";
    public const string SecretKey = "a/secret+key/of/the/fake";

    private readonly ConcurrentDictionary<string, StoredObject> _objects = new();
    private readonly ConcurrentDictionary<string, Upload> _uploads = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly TaskCompletionSource _stopped = new();
    private WebApplication? _server;

    public Uri Address { get; private set; } = null!;

    /// <summary>What was asked, such as "PUT key"; parts say their number.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public IReadOnlyDictionary<string, byte[]> Objects => _objects.ToDictionary(o => o.Key, o => o.Value.Content);

    public int Uploads => _uploads.Count;

    /// <summary>Asked with method and key; null lets the request be served.</summary>
    public Func<string, string, FakeS3Manner?> Manner { get; set; } = (_, _) => null;

    /// <summary>Of a list it is asked for, it does not heed "prefix" or "continuation-token".</summary>
    public string? Ignores { get; set; }

    /// <summary>Completes when the first request hangs.</summary>
    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<FakeS3> StartAsync(X509Certificate2? certificate = null)
    {
        var fake = new FakeS3();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                door =>
                {
                    if (certificate is not null)
                    {
                        door.UseHttps(certificate);
                    }
                }
            );
        });
        fake._server = builder.Build();
        fake._server.Run(fake.AnswerAsync);
        await fake._server.StartAsync();
        fake.Address = new UriBuilder(fake._server.Urls.First()) { Host = "localhost" }.Uri;
        return fake;
    }

    /// <summary>Changes one byte of what is stored.</summary>
    public void Damage(string key) => _objects[key].Content[^1] ^= 1;

    public void Forget(string key) => _objects.TryRemove(key, out _);

    /// <summary>Leaves an upload unfinished, as a client that was killed does.</summary>
    public void LeaveUpload(string key) => _uploads["left"] = new(key, null);

    public async ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        if (_server is { } server)
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var path = raw[0].TrimStart('/').Split('/', 2);
        var key = path.Length > 1 ? Uri.UnescapeDataString(path[1]) : "";
        var (method, query) = (context.Request.Method, context.Request.Query);
        _requests.Enqueue($"{method} {key}{(query.TryGetValue("partNumber", out var number) ? $" part {number}" : "")}".TrimEnd());
        if (Manner(method, query.ContainsKey("uploads") && method == "GET" ? "?uploads" : key) is { } manner)
        {
            await BehaveAsync(context, manner);
            return;
        }

        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        if (FaultOf(context.Request, raw, body) is { } fault)
        {
            await RefuseAsync(context, HttpStatusCode.Forbidden, fault);
        }
        else if (path[0] != Bucket)
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "NoSuchBucket");
        }
        else
        {
            await ServeAsync(context, method, key, query, body);
        }
    }

    private async Task BehaveAsync(HttpContext context, FakeS3Manner manner)
    {
        if (manner.Status is { } status)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await RefuseAsync(context, status, manner.Code);
        }
        else if (manner == FakeS3Manner.Hang)
        {
            Hanging.TrySetResult();
            await _stopped.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, string method, string key, IQueryCollection query, byte[] body)
    {
        var sum = context.Request.Headers["x-amz-meta-sha256"].ToString();
        switch (method)
        {
            case "POST" when query.ContainsKey("uploads"):
                var id = $"upload-{_requests.Count}";
                _uploads[id] = new(key, sum);
                await SayAsync(
                    context,
                    $"<InitiateMultipartUploadResult><Bucket>{Bucket}</Bucket><Key>{key}</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
                );
                break;
            case "POST" when _uploads.TryRemove(query["uploadId"].ToString(), out var upload):
                _objects[key] = new([.. upload.Parts.OrderBy(part => part.Key).SelectMany(part => part.Value)], upload.Sum);
                await SayAsync(
                    context,
                    $"<CompleteMultipartUploadResult><Bucket>{Bucket}</Bucket><Key>{key}</Key><ETag>\"many\"</ETag></CompleteMultipartUploadResult>"
                );
                break;
            case "PUT" when _uploads.TryGetValue(query["uploadId"].ToString(), out var upload):
                upload.Parts[int.Parse(query["partNumber"]!, System.Globalization.CultureInfo.InvariantCulture)] = body;
                context.Response.Headers.ETag = "\"part\"";
                break;
            case "PUT":
                _objects[key] = new(body, sum);
                context.Response.Headers.ETag = "\"one\"";
                break;
            case "DELETE" when query.ContainsKey("uploadId"):
                _uploads.TryRemove(query["uploadId"].ToString(), out _);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "DELETE":
                _objects.TryRemove(key, out _);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "GET" when query.ContainsKey("uploads"):
                await SayAsync(
                    context,
                    $"<ListMultipartUploadsResult><Bucket>{Bucket}</Bucket>{string.Concat(_uploads.Select(u => $"<Upload><Key>{SecurityElement.Escape(u.Value.Key)}</Key><UploadId>{u.Key}</UploadId></Upload>"))}<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"
                );
                break;
            case "GET" when query.ContainsKey("list-type"):
                await ListAsync(context, query);
                break;
            case "GET" or "HEAD" when _objects.TryGetValue(key, out var found):
                context.Response.ContentLength = found.Content.Length;
                context.Response.Headers["x-amz-meta-sha256"] = found.Sum;
                if (method == "GET")
                {
                    await context.Response.Body.WriteAsync(found.Content, context.RequestAborted);
                }

                break;
            default:
                await RefuseAsync(context, HttpStatusCode.NotFound, "NoSuchKey");
                break;
        }
    }

    /// <summary>Two at a time, so that whoever lists must ask again.</summary>
    private async Task ListAsync(HttpContext context, IQueryCollection query)
    {
        var after = Ignores == "continuation-token" ? "" : query["continuation-token"].ToString();
        var prefix = Ignores == "prefix" ? "" : query["prefix"].ToString();
        var keys = _objects
            .Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(k, after) > 0)
            .Order(StringComparer.Ordinal)
            .ToList();
        var page = keys.Take(2).ToList();
        var more = keys.Count > 2;
        await SayAsync(
            context,
            $"<ListBucketResult><Name>{Bucket}</Name><KeyCount>{page.Count}</KeyCount><IsTruncated>{(more ? "true" : "false")}</IsTruncated>"
                + (more ? $"<NextContinuationToken>{page[^1]}</NextContinuationToken>" : "")
                + string.Concat(
                    page.Select(k =>
                        $"<Contents><Key>{SecurityElement.Escape(k)}</Key><Size>{_objects[k].Content.Length}</Size></Contents>"
                    )
                )
                + "</ListBucketResult>"
        );
    }

    private static Task SayAsync(HttpContext context, string xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync($"""<?xml version="1.0" encoding="UTF-8"?>{xml}""", context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string code)
    {
        context.Response.StatusCode = (int)status;
        return context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : SayAsync(context, $"<Error><Code>{code}</Code><Message>said by the fake</Message><RequestId>1</RequestId></Error>");
    }

    /// <summary>What is wrong with the signature or the signed body, as S3's code; null where both are right.</summary>
    private static string? FaultOf(HttpRequest request, string[] raw, byte[] body)
    {
        const string Scheme = "AWS4-HMAC-SHA256 ";
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return "AccessDenied";
        }

        var fields = authorization[Scheme.Length..].Split(',').Select(f => f.Trim().Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        var credential = fields["Credential"].Split('/');
        if (credential[0] != AccessKey)
        {
            return "InvalidAccessKeyId";
        }

        var payload = request.Headers["x-amz-content-sha256"].ToString();
        if (payload != Convert.ToHexStringLower(SHA256.HashData(body)))
        {
            return "XAmzContentSHA256Mismatch";
        }

        if (credential[2] != Region)
        {
            return "AuthorizationHeaderMalformed";
        }

        var headers = string.Concat(
            fields["SignedHeaders"].Split(';').Select(name => $"{name}:{request.Headers[name].ToString().Trim()}\n")
        );
        var query =
            raw.Length < 2
                ? ""
                : string.Join(
                    '&',
                    raw[1]
                        .Split('&')
                        .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
                        .Order(StringComparer.Ordinal)
                );
        var canonical = $"{request.Method}\n{raw[0]}\n{query}\n{headers}\n{fields["SignedHeaders"]}\n{payload}";
        var scope = string.Join('/', credential[1..]);
        var text =
            $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signingKey = credential[1..]
            .Aggregate(
                Encoding.UTF8.GetBytes($"AWS4{SecretKey}"),
                (secret, part) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(part))
            );
        return Convert.ToHexStringLower(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text))) == fields["Signature"]
            ? null
            : "SignatureDoesNotMatch";
    }

    private sealed record StoredObject(byte[] Content, string? Sum);

    private sealed record Upload(string Key, string? Sum)
    {
        public ConcurrentDictionary<int, byte[]> Parts { get; } = new();
    }
}
