using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Preferences;

namespace Sanctum.Configurator.Features.Preferences;

/// <summary>Reads and keeps what each person prefers. Everybody has only his own.</summary>
public sealed class PreferencesService(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    Signal<PreferencesChanged> changes,
    TimeProvider clock
)
{
    /// <summary>Bytes of the settings as JSON.</summary>
    public const int MostBytes = 20_000;

    private const int Deepest = 16;
    private const string Nobody = "Preferences belong to users. Sign in, or use a key of a user.";
    private static readonly PreferencesOfPerson None = new(null, null, "{}", true);

    private string? Me => caller.Id?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Those of the caller.</summary>
    public async Task<PreferencesView> ReadAsync(CancellationToken cancel)
    {
        if (Me is not { } me)
        {
            return PreferencesView.None;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.UserPreferences.AsNoTracking().SingleOrDefaultAsync(p => p.UserId == me, cancel) is { } row
            ? View(row)
            : PreferencesView.None;
    }

    /// <summary>Those of anybody, for what is made on his behalf.</summary>
    public async Task<PreferencesOfPerson> OfAsync(string userId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.UserPreferences.AsNoTracking().SingleOrDefaultAsync(p => p.UserId == userId, cancel) is { } row
            ? new(row.PreferredStyle, row.DarkMode, SettingsOf(row).ToJsonString(ReadableJson.OneLine), row.UsesMemory)
            : None;
    }

    /// <summary>Those of the caller.</summary>
    public async Task<Outcome<PreferencesView>> SaveAsync(PreferencesForm form, CancellationToken cancel)
    {
        if (Me is not { } me)
        {
            return new Outcome<PreferencesView>.Invalid("", Nobody);
        }

        if (Problems(form) is { Count: > 0 } reasons)
        {
            return new Outcome<PreferencesView>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var row = await registry.UserPreferences.SingleOrDefaultAsync(p => p.UserId == me, cancel);
        if (form.Version is { } read && read != (row?.Version ?? 0))
        {
            return new Outcome<PreferencesView>.Conflict(row is null ? PreferencesView.None : View(row));
        }

        row ??= registry.Add(NewRow(me)).Entity;
        row.PreferredStyle = Unseen.TrimToNull(form.PreferredStyle);
        row.DarkMode = form.DarkMode;
        row.UsesMemory = form.UsesMemory;
        row.Settings = (form.Settings ?? []).ToJsonString(ReadableJson.OneLine);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        changes.Publish(new(me));
        return new Outcome<PreferencesView>.Ok(View(row));
    }

    private UserPreferences NewRow(string me)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now),
            UserId = me,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private static Dictionary<string, string> Problems(PreferencesForm form)
    {
        var reasons = FormRules.Check(form);
        if (form.PreferredStyle is { } style && style != WholeText.Of(style))
        {
            reasons.TryAdd(nameof(form.PreferredStyle), "It contains a character that can't be stored.");
        }

        if (form.Settings is { } settings && SettingsProblem(settings) is { } problem)
        {
            reasons.TryAdd(nameof(form.Settings), problem);
        }

        return reasons;
    }

    private static string? SettingsProblem(JsonObject settings)
    {
        try
        {
            var text = settings.ToJsonString(new(ReadableJson.OneLine) { MaxDepth = Deepest });
            return Encoding.UTF8.GetByteCount(text) > MostBytes
                    ? string.Create(CultureInfo.InvariantCulture, $"The settings have more than {MostBytes:N0} bytes. Leave some out.")
                : text.Contains("\\u0000", StringComparison.Ordinal) ? "A text can't contain the character NUL."
                : JsonText.Parse(text).Problem;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            return $"The settings are nested deeper than {Deepest} levels, or contain an incomplete character.";
        }
    }

    private static PreferencesView View(UserPreferences row) =>
        new(row.PreferredStyle, row.DarkMode, SettingsOf(row), row.UsesMemory, row.Version);

    /// <summary>Other programs may have written anything.</summary>
    private static JsonObject SettingsOf(UserPreferences row) => JsonText.FindObject(row.Settings) ?? [];
}

/// <summary>Somebody's preferences were changed.</summary>
public sealed record PreferencesChanged(string UserId);
