using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Account;

/// <summary>How often one address may try to sign in, whatever names it tries.</summary>
internal static class SignInLimit
{
    public const string Policy = "sign-in";

    private const int Tries = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void Configure(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.AddPolicy(Policy, PartitionOf);
        limiter.OnRejected = AnswerAsync;
    }

    /// <summary>Only tries are counted, not looking at the form. An IPv6 caller owns a whole /64, so that counts as one address.</summary>
    private static RateLimitPartition<string> PartitionOf(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(
                AddressOf(context.Connection.RemoteIpAddress),
                _ => new() { PermitLimit = Tries, Window = Window }
            )
            : RateLimitPartition.GetNoLimiter("");

    private static string AddressOf(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
            _ => address.ToString(),
        };

    private static async ValueTask AnswerAsync(OnRejectedContext rejected, CancellationToken cancel)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        var seconds = (int)Math.Ceiling(Math.Max(1, wait.TotalSeconds));
        var response = rejected.HttpContext.Response;
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Too many attempts</title><link rel="stylesheet" href="/app.css"></head>
            <body><div class="account"><main class="account-card card"><h1>Too many attempts</h1>
            <p role="alert">Too many sign-in attempts from your address. Try again in {seconds} seconds.</p>
            <p><a class="btn" href="{Urls.LogIn}">Back to sign-in</a></p></main></div></body></html>
            """,
            cancel
        );
    }
}
