using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>What the two tables of the page have in common.</summary>
internal static class OldRows
{
    public static Task ChooseAsync(ISet<string> chosen, string key, ChangeEventArgs change, EventCallback changed)
    {
        _ = change.Value is true ? chosen.Add(key) : chosen.Remove(key);
        return changed.InvokeAsync();
    }

    public static string WordOf(OldVerdict verdict, bool isApplied, string taken) =>
        verdict switch
        {
            OldVerdict.Take => isApplied ? "taken" : taken,
            OldVerdict.Same => "already exists",
            OldVerdict.Left => "not imported",
            _ => verdict.ToString().ToLowerInvariant(),
        };

    public static string RoleOf(OldUserRow row) => EnumText<UserRole>.Of(row.Role);

    public static Tone ToneOf(OldVerdict verdict) =>
        verdict switch
        {
            OldVerdict.Take => Tone.Good,
            OldVerdict.Refused => Tone.Warning,
            OldVerdict.Compromised => Tone.Bad,
            _ => Tone.Neutral,
        };
}
