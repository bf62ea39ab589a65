namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Walks over curl's arguments as its own getparameter does: long options, bundled short ones with the value in the word or in the next,
/// <c>--</c> before addresses. <c>--name=value</c>, which curl takes since 8.16, is taken too.
/// </summary>
internal sealed class CurlArguments(IReadOnlyList<ShellWord> words, int first, CurlDraft draft)
{
    private int _at = first;

    public CurlFault? Read()
    {
        var areOptions = true;
        for (; _at < words.Count; _at++)
        {
            var word = words[_at];
            if (areOptions && word.Octets == "--")
            {
                areOptions = false;
            }
            else if (areOptions && word.Octets is "--next" or "-:")
            {
                draft.Notes.Add("--next begins another request. Only the first one is used.");
                return null;
            }
            else if (FaultOf(word, areOptions) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private CurlFault? FaultOf(ShellWord word, bool areOptions)
    {
        if (!areOptions || !word.Octets.StartsWith('-'))
        {
            return draft.AddUrl(word);
        }

        return word.Octets.StartsWith("--", StringComparison.Ordinal) ? ReadLong(word) : ReadShort(word);
    }

    private CurlFault? ReadLong(ShellWord word)
    {
        var name = word.Octets[2..];
        var isOn = !name.StartsWith("no-", StringComparison.Ordinal);
        var (option, ambiguity) = CurlOptions.Find(isOn ? name : name[3..]);
        string? value = null;
        if (option is null && isOn && ambiguity is null && name.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
        {
            (option, ambiguity) = CurlOptions.Find(name[..equals]);
            value = name[(equals + 1)..];
            option = option?.Takes == CurlArgument.Value ? option : null;
        }

        if (option is null || (!isOn && option.Takes != CurlArgument.Switch))
        {
            return new(ambiguity ?? Unknown(word.Octets, name), word.Position);
        }

        return option.Takes == CurlArgument.Value && value is null && !TakeNext(out value)
            ? new($"--{option.Name} requires a value. Add it or remove the option.", word.Position)
            : Apply(option, new($"--{option.Name}", value ?? "", isOn, word.Position));
    }

    private CurlFault? ReadShort(ShellWord word)
    {
        if (word.Octets.Length == 1)
        {
            return new("A single dash is not an option. Remove it or complete the option.", word.Position);
        }

        for (var at = 1; at < word.Octets.Length; at++)
        {
            var letter = word.Octets[at];
            if (CurlOptions.Find(letter) is not { } option)
            {
                return new($"-{(letter < 0x80 ? letter : '?')} is not a curl option. Remove or correct it.", word.Position);
            }

            var takesValue = option.Takes == CurlArgument.Value;
            var value = takesValue ? word.Octets[(at + 1)..] : "";
            if (takesValue && value.Length == 0 && !TakeNext(out value))
            {
                return new($"-{letter} requires a value. Add it or remove the option.", word.Position);
            }

            if (Apply(option, new($"-{letter}", value, true, word.Position)) is { } fault)
            {
                return fault;
            }

            if (takesValue)
            {
                break;
            }
        }

        return null;
    }

    private bool TakeNext(out string value)
    {
        var isThere = _at + 1 < words.Count;
        value = isThere ? words[++_at].Octets : "";
        return isThere;
    }

    private CurlFault? Apply(CurlOption option, CurlUse use)
    {
        if (option.Reason is { } reason)
        {
            draft.Notes.Add($"{use.Spelled} is not supported: {reason}.");
        }

        return option.Apply?.Invoke(draft, use) is { } fault ? new(fault, use.Position) : null;
    }

    private static string Unknown(string written, string name)
    {
        var bare = name.Split('=')[0];
        return NearestName.Find(bare.ToLowerInvariant(), CurlOptions.Known.Select(option => option.Name)) is { } near
            ? $"{Octets.Show(written.Split('=')[0])} is not a curl option. Did you mean --{near}? Correct or remove it."
            : $"{Octets.Show(written.Split('=')[0])} is not a curl option. Correct or remove it.";
    }
}
