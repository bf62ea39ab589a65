namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>What a command says about where its request may go and how it signs in, looked at once the whole command is known.</summary>
internal static class CurlProtection
{
    private static readonly string[] Variables =
    [
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "CURL_SSL_BACKEND",
        "CURL_HOME",
        "SSLKEYLOGFILE",
    ];

    /// <summary>Why the request can't be made as it is asked for; null where it can.</summary>
    public static CurlFault? FaultOf(CurlUrl url, CurlDraft draft)
    {
        if (draft.Challenges is [var way, ..] && (draft.User is not null || url.User is not null || draft.Bearer is not null))
        {
            return new(
                $"{way.Spelled} is not supported. Only Basic and Bearer are, and the password is not sent in a weaker way. Remove {way.Spelled} if the server accepts -u alone.",
                way.Position
            );
        }

        if (draft.RefusesLogins is { } refuses && url.User is not null)
        {
            return new(
                $"{refuses.Spelled} doesn't allow a user in the address. Move the user to -u, or remove the option.",
                refuses.Position
            );
        }

        return draft.Protocols is { } allowed && !Allows(allowed.Value, url.Scheme)
            ? new(
                $"{allowed.Spelled} {Octets.Show(allowed.Value)} doesn't allow {url.Scheme}:// in the address. Correct one of the two.",
                allowed.Position
            )
            : null;
    }

    /// <summary>Redirects stay on the same server, and so on its protocol: where that is not allowed, none is followed.</summary>
    public static bool FollowsRedirects(CurlUrl url, CurlDraft draft) =>
        draft.FollowsRedirects
        && draft.MaxRedirects != 0
        && (draft.RedirectProtocols is not { } allowed || Allows(allowed.Value, url.Scheme));

    /// <summary>A variable in front of curl that says where the request goes, or whom it trusts.</summary>
    public static bool IsGoverning(string variable) =>
        variable.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase) || Variables.Contains(variable, StringComparer.OrdinalIgnoreCase);

    /// <summary>As curl's proto2num: a list of names, each with +, - or = before it; without one it is added.</summary>
    private static bool Allows(string list, string scheme)
    {
        var isAllowed = true;
        foreach (var item in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = item.TrimStart('+', '-', '=');
            var marks = item[..^name.Length];
            var isMeant = name.Equals(scheme, StringComparison.OrdinalIgnoreCase) || name.Equals("all", StringComparison.OrdinalIgnoreCase);
            isAllowed =
                marks.Contains('=', StringComparison.Ordinal) ? isMeant
                : isMeant ? !marks.Contains('-', StringComparison.Ordinal)
                : isAllowed;
        }

        return isAllowed;
    }
}
