namespace Sanctum.Configurator.Features.Tools.Curl;

internal enum CurlArgument
{
    /// <summary>Stands alone.</summary>
    None,

    /// <summary>Stands alone, and <c>--no-</c> before its name takes it back.</summary>
    Switch,

    /// <summary>The rest of the word or the next one is its value.</summary>
    Value,
}

/// <summary>An option where it is used.</summary>
/// <param name="Spelled">As the command has it, with its dashes.</param>
/// <param name="Value">In <see cref="Octets"/>; empty where the option takes none.</param>
/// <param name="IsOn">False for <c>--no-</c>.</param>
internal sealed record CurlUse(string Spelled, string Value, bool IsOn, int Position);

/// <summary>One option of curl.</summary>
/// <param name="Letter">The short form, or zero.</param>
/// <param name="Apply">Puts it into the draft; returns why it cannot be, as a sentence. Null where the request is the same without
/// it.</param>
/// <param name="Reason">Why it is not supported; null where it is, or has no effect on the request.</param>
internal sealed record CurlOption(string Name, char Letter, CurlArgument Takes, Func<CurlDraft, CurlUse, string?>? Apply, string? Reason);
