using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>The settings as the API writes and reads them: names are the columns', values have the columns' types.</summary>
internal static class SettingsJson
{
    /// <summary>How a secret that is set begins; sent back, it means "as it is".</summary>
    private const string Masked = "••••";

    public static JsonObject Of(SettingsView view) =>
        new()
        {
            ["environment"] = EnumText<DeploymentEnvironment>.Of(view.Environment),
            ["version"] = view.Version,
            ["values"] = new JsonObject(
                view.Fields.Select(f => KeyValuePair.Create(f.Setting.Column, ValueOf(f)))
                    .Prepend(new("environment", EnumText<DeploymentEnvironment>.Of(view.Environment)))
                    .Append(new("last_connected", view.LastConnected))
            ),
            ["sources"] = new JsonObject(
                view.Fields.Select(f => KeyValuePair.Create(f.Setting.Column, (JsonNode?)f.Source.ToString().ToLowerInvariant()))
            ),
            ["pinned"] = new JsonObject(
                view.Fields.Where(f => f.IsPinned).Select(f => KeyValuePair.Create(f.Setting.Column, (JsonNode?)f.Variable))
            ),
        };

    /// <summary>The changes in a body of column → value. A masked secret is left out: nobody changed it.</summary>
    public static IReadOnlyList<SettingChange> ChangesIn(JsonObject body) =>
        [
            .. body.Where(pair => pair.Key != "environment")
                .Select(pair => new SettingChange(pair.Key, TextOf(pair.Value)))
                .Where(change =>
                    !(
                        Setting.Find(change.Column) is { IsSecret: true }
                        && change.Value?.StartsWith(Masked, StringComparison.Ordinal) == true
                    )
                ),
        ];

    public static string? TextOf(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => null,
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToJsonString(),
        };

    private static JsonNode? ValueOf(SettingField field) =>
        field switch
        {
            { Secret: { } secret } => secret.IsSet ? Masked + secret.LastFour : null,
            { Effective: null } => null,
            { Setting.Kind: SettingKind.Port or SettingKind.Seconds }
                when int.TryParse(field.Effective, CultureInfo.InvariantCulture, out var number) => number,
            { Setting.Kind: SettingKind.Switch } when bool.TryParse(field.Effective, out var flag) => flag,
            _ => field.Effective,
        };
}
