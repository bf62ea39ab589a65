namespace Sanctum.Configurator.Features.Account;

/// <summary>Where to go on after signing in. The address comes from the query, so it may have been written by anybody.</summary>
internal static class LocalUrl
{
    /// <summary>The path if it is one of this console, otherwise the home page.</summary>
    public static string Of(string? url) =>
        url is not null && Links.IsOwnPath(url) && !url.StartsWith(Urls.LogIn, StringComparison.OrdinalIgnoreCase) ? url : Urls.Home;
}
