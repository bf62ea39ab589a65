using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Sanctum.Configurator.Features.Account;

/// <summary>A page whose form is a try to sign in each time it is sent.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignInTryAttribute : Attribute;

/// <summary>
/// How often one address may try to sign in, whatever names it tries. ASP.NET Core's own middleware for limits never ends their timers;
/// these end with the console.
/// </summary>
internal sealed class SignInLimit : IDisposable
{
    private const int Tries = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> _tries = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetFixedWindowLimiter(
            AddressOf(context.Connection.RemoteIpAddress),
            _ => new() { PermitLimit = Tries, Window = Window }
        )
    );

    public void Dispose() => _tries.Dispose();

    /// <summary>Counts before the form is read.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.GetEndpoint()?.Metadata.GetMetadata<SignInTryAttribute>() is null)
        {
            await next(context);
            return;
        }

        using var lease = _tries.AttemptAcquire(context);
        await (lease.IsAcquired ? next(context) : RefuseAsync(context.Response, lease, context.RequestAborted));
    }

    /// <summary>An IPv6 caller owns a whole /64, so that counts as one address.</summary>
    private static string AddressOf(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
            _ => address.ToString(),
        };

    private static async Task RefuseAsync(HttpResponse response, RateLimitLease lease, CancellationToken cancel)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        var seconds = (int)Math.Ceiling(Math.Max(1, wait.TotalSeconds));
        response.StatusCode = StatusCodes.Status429TooManyRequests;
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
