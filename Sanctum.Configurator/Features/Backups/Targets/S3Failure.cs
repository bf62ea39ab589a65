using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>What a bucket's failures mean, and what to do about each.</summary>
internal static class S3Failure
{
    /// <summary>Whether the same call may well work at once: the line broke, or the server stumbled.</summary>
    public static bool IsPassing(Exception e) =>
        e switch
        {
            AmazonS3Exception { StatusCode: HttpStatusCode.InternalServerError } => true,
            AmazonS3Exception => false,
            _ => OutboundFailures.Find(e)?.Failure == OutboundFailure.Cut,
        };

    /// <summary>
    /// Whether it may be for one object that the server refused, such as one that is locked or too large; not for the keys, the bucket or
    /// the line.
    /// </summary>
    public static bool MayBeOfOneObject(Exception e) =>
        e is AmazonS3Exception { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } refused
        && refused.ErrorCode
            is not (
                "SignatureDoesNotMatch"
                or "InvalidAccessKeyId"
                or "ExpiredToken"
                or "TokenRefreshRequired"
                or "InvalidToken"
                or "RequestTimeTooSkewed"
                or "RequestExpired"
                or "NoSuchBucket"
                or "AuthorizationHeaderMalformed"
                or "PermanentRedirect"
                or "IllegalLocationConstraintException"
                or "QuotaExceeded"
            );

    /// <summary>A sentence for the operator; null for what is no failure of the bucket.</summary>
    public static string? Explain(Exception e, S3Place place)
    {
        var server = $"{place.Endpoint.Host}:{place.Endpoint.Port} ({place.Target})";
        return e switch
        {
            // This machine's own disk, full or read-only, is told by the caller.
            BackupFailedException or OperationCanceledException or IOException { HResult: 28 or 30 } => null,
            AmazonS3Exception failure => Explain(failure, place, server),
            _ when OutboundFailures.Find(e) is { } failed => failed.Failure switch
            {
                OutboundFailure.Blocked => $"{failed.Message} Enter another endpoint for {place.Target}.",
                _ => $"The connection to {server} failed: {failed.Message} The copy is retried automatically.",
            },

            // The library throws whatever its readers throw at what is no S3.
            AmazonClientException or XmlException or InvalidDataException or FormatException or InvalidOperationException =>
                $"{server} did not answer like an S3 server. Correct the endpoint, or check for a proxy that changes its answers.",
            _ => null,
        };
    }

    private static string Explain(AmazonS3Exception e, S3Place place, string server) =>
        e.ErrorCode switch
        {
            "SignatureDoesNotMatch" =>
                $"{server} rejected the signature: the secret key doesn't match the access key. Enter the secret key again.",
            "InvalidAccessKeyId" => $"{server} doesn't know the access key {place.AccessKey}. It may have been deleted. Enter valid keys.",
            "ExpiredToken" or "TokenRefreshRequired" or "InvalidToken" => $"The credentials for {server} have expired. Enter new ones.",
            "RequestTimeTooSkewed" or "RequestExpired" =>
                $"The clocks of this machine and of {server} differ too much. Set this machine's clock, for example with NTP.",
            "NoSuchBucket" => $"{server} has no bucket {place.Bucket}. Create it or correct its name.",
            "NoSuchKey" => $"The bucket {place.Bucket} ({place.Target}) no longer has this backup. It may have been deleted.",
            "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" =>
                $"The bucket {place.Bucket} ({place.Target}) is in another region than {place.Region}. Correct the region.",
            "QuotaExceeded" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" or "InsufficientCapacity" =>
                $"The bucket {place.Bucket} ({place.Target}) is full. Free some space there or keep fewer backups.",
            "SlowDown" or "ServiceUnavailable" => $"{server} is overloaded. The copy is retried automatically.",
            _ => e.StatusCode switch
            {
                HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
                    $"{server} does not allow this with the access key {place.AccessKey}. It needs to read, write, list and delete in the bucket {place.Bucket}.",
                HttpStatusCode.NotFound => $"{server} has no bucket {place.Bucket}, or not this backup in it. Correct the bucket's name.",
                HttpStatusCode.InsufficientStorage =>
                    $"The bucket {place.Bucket} ({place.Target}) is full. Free some space there or keep fewer backups.",
                >= HttpStatusCode.InternalServerError =>
                    $"{server} failed with HTTP {(int)e.StatusCode}. Check its log; the copy is retried automatically.",
                0 => $"The connection to {server} was interrupted. Check the network connection; the copy is retried automatically.",
                _ => $"{server} answered {e.ErrorCode ?? $"HTTP {(int)e.StatusCode}"}, which is not a known S3 error. Check the endpoint.",
            },
        };
}
