namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>The options that make the request, as curl's man page describes them.</summary>
internal static class RequestOptions
{
    public static IReadOnlyList<CurlOption> All { get; } =
    [
        Option("url=", (draft, use) => draft.AddUrl(new(use.Value, use.Position))?.Reason),
        Option("request:X=", SetMethod),
        Option("head:I", (draft, use) => draft.Select(use.IsOn ? CurlKind.Head : CurlKind.Get, use)),
        Option("get:G", (draft, use) => Done(draft.IsGet = use.IsOn)),
        Option("header:H=", AddHeader),
        Option("user-agent:A=", (draft, use) => Done(draft.UserAgent = use.Value)),
        Option("referer:e=", (draft, use) => Done(draft.Referer = use.Value.Split(";auto")[0])),
        Option("cookie:b=", AddCookie),
        Option("range:r=", SetRange),
        Option("compressed", (draft, use) => Done(draft.IsCompressed = use.IsOn)),
        Option("user:u=", (draft, use) => Done(draft.User = use.Value)),
        Option("oauth2-bearer=", (draft, use) => Done(draft.Bearer = use.Value)),
        Option("digest", AskForMore),
        Option("negotiate", AskForMore),
        Option("ntlm", AskForMore),
        Option("ntlm-wb", AskForMore),
        Option("anyauth", AskForMore),
        Option("proto=", (draft, use) => Done(draft.Protocols = use)),
        Option("proto-redir=", (draft, use) => Done(draft.RedirectProtocols = use)),
        Option("disallow-username-in-url", (draft, use) => Done(draft.RefusesLogins = use.IsOn ? use : null)),
        Option("data:d=", (draft, use) => draft.Data.AddFileOr(use, draft.Notes)),
        Option("data-ascii=", (draft, use) => draft.Data.AddFileOr(use, draft.Notes)),
        Option("data-binary=", (draft, use) => draft.Data.AddFileOr(use, draft.Notes)),
        Option("data-raw=", (draft, use) => draft.Data.Add(use.Value)),
        Option("data-urlencode=", (draft, use) => draft.Data.Add(CurlData.UrlEncode(use, draft.Notes))),
        Option("json=", (draft, use) => draft.Data.AddJson(use, draft.Notes)),
        Option("url-query=", (draft, use) => draft.AddQuery(use)),
        Option("form:F=", (draft, use) => draft.Form.Add(use, draft.Notes) ?? draft.Select(CurlKind.Form, use)),
        Option("form-string=", (draft, use) => draft.Form.AddLiteral(use) ?? draft.Select(CurlKind.Form, use)),
        Option("form-escape", (draft, use) => Done(draft.Form.UsesBackslashes = use.IsOn)),
        Option("upload-file:T=", Upload),
        Option("globoff:g", (draft, use) => Done(draft.IsGlobOff = use.IsOn)),
        Option("path-as-is", (draft, use) => Done(draft.IsPathAsIs = use.IsOn)),
        Option("proto-default=", (draft, use) => Done(draft.DefaultScheme = use.Value)),
        Option("insecure:k", (draft, use) => Done(draft.IsInsecure = use.IsOn)),
        Option("location:L", (draft, use) => Done(draft.FollowsRedirects = use.IsOn)),
        Option("location-trusted", FollowTrusting),
        Option("max-redirs=", SetMaxRedirects),
        Option("max-time:m=", (draft, use) => SetTime(use, time => draft.Timeout = time)),
        Option("connect-timeout=", (draft, use) => SetTime(use, time => draft.ConnectTimeout = time)),
    ];

    private static CurlOption Option(string name, Func<CurlDraft, CurlUse, string?> apply)
    {
        var (plain, letter, takes) = OptionNames.ReadOne(name);
        return new(plain, letter, takes, apply, null);
    }

    private static string? Done<T>(T _) => null;

    /// <summary>A way to sign in that does not send the password itself, which only a second request could do.</summary>
    private static string? AskForMore(CurlDraft draft, CurlUse use)
    {
        draft.Challenges.RemoveAll(other => other.Spelled == use.Spelled);
        if (use.IsOn)
        {
            draft.Challenges.Add(use);
        }

        return null;
    }

    private static string? SetMethod(CurlDraft draft, CurlUse use)
    {
        draft.Method = use.Value;
        return Octets.IsToken(use.Value) ? null : $"{use.Spelled} requires a method such as POST; \"{Octets.Show(use.Value)}\" is not one.";
    }

    private static string? AddHeader(CurlDraft draft, CurlUse use)
    {
        if (use.Value.StartsWith('@'))
        {
            draft.Notes.Add(CurlData.FileSentence($"{use.Spelled} {use.Value}"));
        }
        else
        {
            draft.Headers.Add(use.Value);
        }

        return null;
    }

    /// <summary>Without a = it is a file's name: https://curl.se/docs/manpage.html#-b</summary>
    private static string? AddCookie(CurlDraft draft, CurlUse use)
    {
        if (!use.Value.StartsWith('@') && use.Value.Contains('=', StringComparison.Ordinal))
        {
            draft.Cookies.Add(use.Value);
        }
        else if (use.Value.Length > 0)
        {
            draft.Notes.Add(
                $"{use.Spelled} without a = reads a file on your machine, which can't be read here. Use name=value for cookies."
            );
        }

        return null;
    }

    private static string? SetRange(CurlDraft draft, CurlUse use)
    {
        var isBareNumber = use.Value.Length > 0 && char.IsAsciiDigit(use.Value[0]) && !use.Value.Contains('-', StringComparison.Ordinal);
        var digits = new string([.. use.Value.TakeWhile(char.IsAsciiDigit)]);
        draft.Range = isBareNumber ? digits.TrimStart('0').PadLeft(1, '0') + "-" : use.Value;
        return null;
    }

    private static string? Upload(CurlDraft draft, CurlUse use)
    {
        draft.IsUpload = true;
        draft.Notes.Add(CurlData.FileSentence($"{use.Spelled} {use.Value}"));
        return null;
    }

    private static string? FollowTrusting(CurlDraft draft, CurlUse use)
    {
        draft.FollowsRedirects = use.IsOn;
        if (use.IsOn)
        {
            draft.Notes.Add("--location-trusted is not supported: redirects are followed, but the password is not sent to other hosts.");
        }

        return null;
    }

    private static string? SetMaxRedirects(CurlDraft draft, CurlUse use)
    {
        if (!int.TryParse(use.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var most) || most < -1)
        {
            return $"{use.Spelled} requires a whole number, or -1 for no limit; \"{Octets.Show(use.Value)}\" is not one.";
        }

        draft.MaxRedirects = most;
        return null;
    }

    private static string? SetTime(CurlUse use, Action<TimeSpan?> set)
    {
        if (
            !double.TryParse(use.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            || seconds is not (>= 0 and <= 1e6)
        )
        {
            return $"{use.Spelled} requires seconds up to a million, such as 30 or 2.5; \"{Octets.Show(use.Value)}\" is not valid.";
        }

        set(seconds == 0 ? null : TimeSpan.FromSeconds(seconds));
        return null;
    }
}
