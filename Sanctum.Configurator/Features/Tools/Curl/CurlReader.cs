namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// From a pasted command to a request: words, options, request, secrets. Each step ends it with a fault where one is found.
/// </summary>
internal static class CurlReader
{
    // What may stand before curl and changes nothing about its request.
    private static readonly string[] Runners = ["sudo", "time", "command", "exec", "env", "nohup", "winpty"];

    public static CurlReading Read(string text)
    {
        if (text.Length > CurlReading.MostCharacters)
        {
            return new CurlReading.Refused(
                $"The command has more than {CurlReading.MostCharacters} characters. Remove the body and add it later.",
                CurlReading.MostCharacters + 1
            );
        }

        var notes = new CurlNotes();
        var (words, fault) = ShellTokenizer.Split(text, notes);
        var draft = new CurlDraft(notes) { Text = text };
        fault ??= ReadOptions(words, draft) ?? draft.Settle();
        if (fault is not null)
        {
            return Refuse(fault);
        }

        var (request, requestFault) = Make(draft);
        return request is null ? Refuse(requestFault!) : new CurlReading.Understood(request, notes.Sentences, CurlSecrets.Find(request));
    }

    private static CurlReading.Refused Refuse(CurlFault fault) => new(fault.Reason, fault.Position + 1);

    private static CurlFault? ReadOptions(IReadOnlyList<ShellWord> words, CurlDraft draft)
    {
        var first = 0;
        while (first < words.Count && IsBeforeCommand(words[first].Octets))
        {
            if (VariableOf(words[first].Octets) is { } variable && CurlProtection.IsGoverning(variable))
            {
                return new(
                    $"{variable}=… in front of curl changes the connection or its trust, which is not supported. Remove it if the request can be sent directly to its address.",
                    words[first].Position
                );
            }

            NoteVariable(words[first++].Octets, draft.Notes);
        }

        if (first >= words.Count)
        {
            return new("Paste a command that begins with curl.", 0);
        }

        var name = words[first].Octets.Split('/', '\\')[^1];
        return name.Equals("curl", StringComparison.OrdinalIgnoreCase) || name.Equals("curl.exe", StringComparison.OrdinalIgnoreCase)
            ? new CurlArguments(words, first + 1, draft).Read()
            : new(
                $"The command begins with \"{Octets.Show(words[first].Octets)}\", not with curl. Copy the request as cURL and paste it again.",
                words[first].Position
            );
    }

    private static bool IsBeforeCommand(string word) => Runners.Contains(word) || VariableOf(word) is not null;

    private static string? VariableOf(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && word.AsSpan(0, equals).ContainsOnlyNameCharacters() ? word[..equals] : null;
    }

    private static void NoteVariable(string word, CurlNotes notes)
    {
        if (VariableOf(word) is { } variable)
        {
            notes.Add($"{variable}=… in front of curl sets a variable and is ignored.");
        }
    }

    private static bool ContainsOnlyNameCharacters(this ReadOnlySpan<char> word)
    {
        foreach (var letter in word)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
            {
                return false;
            }
        }

        return true;
    }

    private static (CurlRequest? Request, CurlFault? Fault) Make(CurlDraft draft)
    {
        var written = draft.Url;
        if (written is null || written.Octets.Length == 0)
        {
            return (null, new("The command has no address. Add one such as https://api.example/path.", written?.Position ?? 0));
        }

        var query = draft.IsGet && draft.Data.IsAny ? draft.Data.Octets : draft.Query;
        var (url, fault) = CurlUrl.Parse(
            CurlGlob.Read(Doubts.WithoutCarets(draft.Text, written, draft.Notes), draft),
            draft.DefaultScheme ?? "http",
            draft.IsPathAsIs
        ) switch
        {
            ({ } parsed, _) when query is not null => parsed.Append(query),
            var other => other,
        };
        return url is null ? (null, new(fault!, written.Position))
            : CurlProtection.FaultOf(url, draft) is { } weaker ? (null, weaker)
            : MakeFrom(url, draft);
    }

    private static (CurlRequest? Request, CurlFault? Fault) MakeFrom(CurlUrl url, CurlDraft draft)
    {
        var hasData = draft.Data.IsAny && !draft.IsGet;
        var method =
            draft.Method
            ?? (
                draft.IsHead ? "HEAD"
                : draft.IsUpload ? "PUT"
                : draft.Form.IsAny || hasData ? "POST"
                : "GET"
            );
        if (draft.Data.IsJson)
        {
            draft.Headers.AddRange(JsonHeaders(draft));
        }

        if (!url.IsText)
        {
            draft.Notes.Add("The query of the address is not UTF-8. Its non-ASCII bytes are sent escaped, such as %FF.");
        }

        var headers = new CurlHeaders(draft);
        var (body, type) =
            draft.Form.IsAny ? CurlMultipart.Write(draft.Form, headers.Find("Content-Type"))
            : hasData ? (new CurlBody(Octets.ToBytes(draft.Data.Octets), []), "application/x-www-form-urlencoded")
            : (null, null);
        var lines = headers.Make(LoginOf(url, draft), type, draft.Form.IsAny, body?.Bytes.Length ?? 0);
        return headers.Fault is { } fault
            ? (null, new(fault, 0))
            : (
                new(
                    method,
                    url.ToString(),
                    lines,
                    body,
                    new(
                        CurlProtection.FollowsRedirects(url, draft),
                        draft.MaxRedirects,
                        draft.IsInsecure,
                        draft.Timeout,
                        draft.ConnectTimeout,
                        draft.IsCompressed
                    )
                ),
                null
            );
    }

    private static IEnumerable<string> JsonHeaders(CurlDraft draft)
    {
        var headers = new CurlHeaders(draft);
        return new[] { ("Content-Type", "Content-Type: application/json"), ("Accept", "Accept: application/json") }
            .Where(header => headers.Find(header.Item1) is null)
            .Select(header => header.Item2)
            .ToList();
    }

    /// <summary>-u goes before what is in the address.</summary>
    private static string? LoginOf(CurlUrl url, CurlDraft draft)
    {
        if (draft.User is null)
        {
            return url.User is null ? null : $"{url.User}:{url.Password}";
        }

        if (draft.User.Contains(':', StringComparison.Ordinal) || draft.Bearer is not null)
        {
            return draft.User;
        }

        draft.Notes.Add("-u has no password, so an empty one is used. Use -u name:password.");
        return draft.User + ":";
    }
}
