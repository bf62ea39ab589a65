namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Where in a request a secret stands.</summary>
internal enum CurlPlace
{
    /// <summary>In the value of a header.</summary>
    Header,

    /// <summary>In the address.</summary>
    Url,

    /// <summary>In the body.</summary>
    Body,
}

/// <summary>
/// A stretch of the request that looks like a secret, so that it can be encrypted and a placeholder be shown. The secret itself is not in
/// here.
/// </summary>
/// <param name="Header">The index among the request's headers, or -1 where the place is another.</param>
/// <param name="Name">The header, parameter, field or member it is the value of; what kind of key it is where it was known by its
/// shape.</param>
/// <param name="Start">Counted in characters of the header's value, of the address or of the body's text; in bytes where the body has no
/// text.</param>
/// <param name="IsVariable">The command says $TOKEN or YOUR_API_KEY: there is nothing to encrypt, the value is still to be asked
/// for.</param>
internal sealed record CurlSecret(CurlPlace Place, int Header, string Name, int Start, int Length, bool IsVariable);
