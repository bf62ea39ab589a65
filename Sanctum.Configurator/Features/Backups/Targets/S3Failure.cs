using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.S3;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>What a bucket's failures mean, and what to do about each.</summary>
internal static class S3Failure
{
    /// <summary>Whether the same call may well work at once: the line broke, or the server stumbled.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        AmazonS3Exception { StatusCode: HttpStatusCode.InternalServerError } => true,
        AmazonS3Exception => false,
        _ => Within<SocketException>(e)?.SocketErrorCode is SocketError.ConnectionReset || (Within<SocketException>(e) is null && Within<AuthenticationException>(e) is null
            && Within<OutboundRefusedException>(e) is null && Within<IOException>(e) is not null),
    };

    /// <summary>A sentence for the operator; null for what is no failure of the bucket.</summary>
    public static string? Explain(Exception e, S3Place place)
    {
        var server = $"{place.Endpoint.Host}:{place.Endpoint.Port} ({place.Target})";
        return e switch
        {
            // This machine's own disk, full or read-only, is told by the caller.
            BackupFailedException or OperationCanceledException or IOException { HResult: 28 or 30 } => null,
            AmazonS3Exception failure => Explain(failure, place, server),
            _ when Within<OutboundRefusedException>(e) is { } refused => $"{refused.Message} Name another endpoint for {place.Target}.",
            _ when Within<AuthenticationException>(e) is not null =>
                $"The certificate of {server} is not trusted. Correct it there, or name its authority in Outbound:TrustedCertificates.",
            _ when Within<SocketException>(e) is { } socket => Explain(socket, server),
            HttpRequestException or IOException or AmazonClientException => $"The connection to {server} broke off. Check the network between; the copy is tried again by itself.",
            _ => null,
        };
    }

    private static string Explain(SocketException e, string server) => e.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The name in {server} is not known to the DNS. Correct the endpoint, or check this machine's DNS.",
        SocketError.ConnectionRefused => $"{server} refused the connection: no server listens there. Start it, or correct the endpoint.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut => $"{server} can't be reached. Check the network between.",
        _ => $"The connection to {server} broke off. Check the network between; the copy is tried again by itself.",
    };

    private static string Explain(AmazonS3Exception e, S3Place place, string server) => e.ErrorCode switch
    {
        "SignatureDoesNotMatch" => $"{server} finds the signature wrong: the secret key does not belong to the access key. Enter the secret key again.",
        "InvalidAccessKeyId" => $"{server} does not know the access key {place.AccessKey}. Was it deleted? Enter the keys of one that is there.",
        "ExpiredToken" or "TokenRefreshRequired" or "InvalidToken" => $"The credentials for {server} have expired. Enter new ones.",
        "RequestTimeTooSkewed" or "RequestExpired" => $"The clocks of this machine and of {server} differ too much. Set this machine's clock, for example with NTP.",
        "NoSuchBucket" => $"{server} has no bucket {place.Bucket}. Make it there, or correct its name.",
        "NoSuchKey" => $"The bucket {place.Bucket} ({place.Target}) does not hold this backup any more. Was it deleted?",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" =>
            $"The bucket {place.Bucket} ({place.Target}) is in another region than {place.Region}. Correct the region.",
        "QuotaExceeded" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" or "InsufficientCapacity" =>
            $"The bucket {place.Bucket} ({place.Target}) is full. Free some space there, or let it keep fewer backups.",
        "SlowDown" or "ServiceUnavailable" => $"{server} has too much to do. The copy is tried again by itself.",
        _ => e.StatusCode switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
                $"{server} does not allow this with the access key {place.AccessKey}. It needs to read, write, list and delete in the bucket {place.Bucket}.",
            HttpStatusCode.NotFound => $"{server} has no bucket {place.Bucket}, or not this backup in it. Correct the bucket's name.",
            HttpStatusCode.InsufficientStorage => $"The bucket {place.Bucket} ({place.Target}) is full. Free some space there, or let it keep fewer backups.",
            >= HttpStatusCode.InternalServerError => $"{server} failed with HTTP {(int)e.StatusCode}. Look into its log; the copy is tried again by itself.",
            0 => $"The connection to {server} broke off. Check the network between; the copy is tried again by itself.",
            _ => $"{server} answered {e.ErrorCode ?? $"HTTP {(int)e.StatusCode}"}, which is no answer of S3 that the console knows. Is the endpoint right?",
        },
    };

    private static T? Within<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
