using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>What a connection test is made with.</summary>
/// <param name="IsOfSaved">Nothing but what is saved.</param>
/// <param name="IsTokenWithheld">There is a saved token, but another server than the saved one is tested.</param>
internal sealed record ProbeRequest(LettaTarget Target, bool IsOfSaved, bool IsTokenWithheld = false);

/// <summary>The server in the settings in force.</summary>
/// <param name="Target">Null where it can't be tested; <paramref name="Fault"/> then says why.</param>
internal sealed record SavedServer(bool IsWatched, TimeSpan Every, LettaTarget? Target, string? Fault);

/// <summary>
/// Resolves which server to test and with which token: typed values over the saved ones. The saved token goes to the saved address and
/// nowhere else, for whoever may test would else learn it by typing the address of a server of his own.
/// </summary>
internal sealed class LettaTargets(EffectiveSettings settings)
{
    private const string Kind = "letta_server_kind";
    private const string Address = "letta_server_address";
    private const string Port = "letta_server_port";
    private const string Token = "letta_server_token";
    private const string Limit = "letta_connection_timeout";

    private const int LongestToken = 4096;
    private const int HighestPort = 65535;
    private const int LongestTimeout = 3600;

    /// <summary>How a secret that is set is shown; sent back, it means "as it is".</summary>
    private const string Masked = "••••";

    private static readonly string[] Columns = [Kind, Address, Port, Token, Limit];

    public async Task<Outcome<ProbeRequest>> ResolveAsync(IReadOnlyDictionary<string, string?> unsaved, CancellationToken cancel)
    {
        var saved = await settings.ReadAsync(cancel);
        var reasons = new Dictionary<string, string>();
        var typed = Sort(unsaved, saved, reasons);
        return Resolve(saved, typed, reasons) is { } aim && reasons.Count == 0
            ? new Outcome<ProbeRequest>.Ok(aim)
            : new Outcome<ProbeRequest>.Invalid(reasons);
    }

    public async Task<SavedServer> SavedAsync(CancellationToken cancel)
    {
        var saved = await settings.ReadAsync(cancel);
        var reasons = new Dictionary<string, string>();
        var aim = Resolve(saved, [], reasons);
        return new(
            saved["letta_server_active"].Value?.ToUpperInvariant() is not ("FALSE" or "0" or "NO" or "OFF"),
            TimeSpan.FromSeconds(NumberOf(saved["letta_check_interval"].Value, 5, 86400) ?? 60),
            reasons.Count == 0 ? aim?.Target : null,
            reasons.Count == 0 ? null : string.Join(' ', reasons.Values)
        );
    }

    /// <summary>What of the typed values a test uses, by column. Other settings don't matter to it and are left out.</summary>
    private static Dictionary<string, string?> Sort(
        IReadOnlyDictionary<string, string?> unsaved,
        IReadOnlyDictionary<string, EffectiveValue> saved,
        Dictionary<string, string> reasons
    )
    {
        var typed = new Dictionary<string, string?>();
        foreach (var (column, value) in unsaved)
        {
            var text = (value is null ? null : Unseen.Trim(value)) is { Length: > 0 } some ? some : null;
            if (Setting.Find(column) is not { } setting)
            {
                reasons[column] = $"Unknown setting {column}.";
            }
            else if (!Columns.Contains(setting.Column) || (setting.IsSecret && text?.StartsWith(Masked, StringComparison.Ordinal) == true))
            {
                continue;
            }
            else if (saved[setting.Column] is not { IsPinned: true } pinned)
            {
                typed[setting.Column] = text;
            }
            else if (setting.IsSecret || text != pinned.Value)
            {
                reasons[setting.Column] = $"This setting is locked by {pinned.Variable}, so no other value can be tested.";
            }
        }

        return typed;
    }

    private ProbeRequest? Resolve(
        IReadOnlyDictionary<string, EffectiveValue> saved,
        Dictionary<string, string?> typed,
        Dictionary<string, string> reasons
    )
    {
        string? Of(string column) => typed.TryGetValue(column, out var text) ? text ?? Setting.Find(column)!.Default : saved[column].Value;
        var server = ServerOf(Of(Address), Of(Port), reasons);
        var timeout = NumberOf(Of(Limit), 1, LongestTimeout);
        if (timeout is null)
        {
            reasons[Limit] = $"Enter whole seconds from 1 to {LongestTimeout}.";
        }

        var kind = Setting.Find(Kind)!.FindChoice(Of(Kind)!);
        if (kind is null)
        {
            reasons[Kind] = Setting.Find(Kind)!.ChoiceReason;
        }

        var isSavedServer = server is not null && server == ServerOf(saved[Address].Value, saved[Port].Value, []);
        var token = TokenFor(isSavedServer, saved[Token], typed, reasons);
        return server is null || timeout is not { } seconds
            ? null
            : new(
                new(server, token, TimeSpan.FromSeconds(seconds), LettaKinds.Find(kind)),
                isSavedServer
                    && !typed.ContainsKey(Token)
                    && seconds == NumberOf(saved[Limit].Value, 1, LongestTimeout)
                    && kind == Setting.Find(Kind)!.FindChoice(saved[Kind].Value!),
                !isSavedServer && !typed.ContainsKey(Token) && !string.IsNullOrEmpty(saved[Token].Value)
            );
    }

    private string? TokenFor(
        bool isSavedServer,
        EffectiveValue saved,
        Dictionary<string, string?> typed,
        Dictionary<string, string> reasons
    )
    {
        if (typed.TryGetValue(Token, out var text))
        {
            if (FaultOf(text) is { } fault)
            {
                reasons[Token] = fault;
            }

            return text;
        }

        try
        {
            return isSavedServer ? settings.Open(saved) : null;
        }
        catch (SecretUnreadableException e)
        {
            reasons[Token] = e.Message;
            return null;
        }
    }

    private static Uri? ServerOf(string? address, string? port, Dictionary<string, string> reasons)
    {
        var number = NumberOf(port, 1, HighestPort);
        if (number is null && !string.IsNullOrEmpty(port))
        {
            reasons[Port] = $"A port is a whole number from 1 to {HighestPort}.";
            return null;
        }

        switch (LettaAddress.Parse(address, number))
        {
            case LettaAddress.Parsed parsed:
                return parsed.BaseAddress;
            case LettaAddress.Refused refused:
                reasons[refused.Field == LettaFields.Port ? Port : Address] = refused.Reason;
                return null;
            default:
                return null;
        }
    }

    private static string? FaultOf(string? token) =>
        token is null ? null
        : token.Length > LongestToken ? $"A token has at most {LongestToken} characters."
        : Sendable.FaultOfKey(token) is { } fault ? fault
        : SecretBox.IsSealed(token) ? "This is an encrypted token. Enter the token itself."
        : null;

    private static int? NumberOf(string? text, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
            ? number
            : null;
}
