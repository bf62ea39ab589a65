using Sanctum.Configurator.Platform.Requests;
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
    public Task<Outcome<PreferencesView>> SaveAsync(PreferencesForm form, CancellationToken cancel) =>
        WriteAsync(row => form.Version is { } read && read != (row?.Version ?? 0) ? null : form, cancel);

    /// <summary>The theme alone, whatever else was changed meanwhile.</summary>
    internal Task<Outcome<PreferencesView>> KeepThemeAsync(string theme, CancellationToken cancel) =>
        WriteAsync(
            row =>
            {
                var form = (row is null ? PreferencesView.None : View(row)).ToForm();
                Themes.Into(form, theme);
                return form;
            },
            cancel
        );

    /// <param name="change">What to write, given what is there; null where somebody else was faster.</param>
    private async Task<Outcome<PreferencesView>> WriteAsync(Func<UserPreferences?, PreferencesForm?> change, CancellationToken cancel)
    {
        if (Me is not { } me)
        {
            return new Outcome<PreferencesView>.Invalid("", Nobody);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var row = await registry.UserPreferences.SingleOrDefaultAsync(p => p.UserId == me, cancel);
        if (change(row) is not { } form)
        {
            return new Outcome<PreferencesView>.Conflict(row is null ? PreferencesView.None : View(row));
        }

        if (Problems(form) is { Count: > 0 } reasons)
        {
            return new Outcome<PreferencesView>.Invalid(reasons);
        }

        var isNew = row is null;
        row ??= registry.Add(NewRow(me)).Entity;
        if (isNew && (form.DarkMode is null || Unseen.TrimToNull(form.PreferredStyle) is null))
        {
            // What is null in a new row would become the database's default, which is for other programs.
            await registry.SaveChangesAsync(cancel);
        }

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

    /// <summary>What was typed or sent as JSON must be what both databases can keep.</summary>
    private static string? SettingsProblem(JsonObject settings)
    {
        try
        {
            var text = Encoding.UTF8.GetBytes(settings.ToJsonString(ReadableJson.OneLine));
            return text.Length > MostBytes
                ? string.Create(CultureInfo.InvariantCulture, $"The settings have more than {MostBytes:N0} bytes. Leave some out.")
                : BodyCheck
                    .Find(text, typeof(JsonObject), ApiJson.Options)
                    .Select(fault => Answers.Sentence(fault.Key, fault.Value))
                    .FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return "The settings are nested too deeply, or contain an incomplete character.";
        }
    }

    private static PreferencesView View(UserPreferences row) =>
        new(row.PreferredStyle, row.DarkMode, SettingsOf(row), row.UsesMemory, row.Version);

    /// <summary>Other programs may have written anything.</summary>
    private static JsonObject SettingsOf(UserPreferences row) => JsonText.FindObject(row.Settings) ?? [];
}

/// <summary>Somebody's preferences were changed.</summary>
public sealed record PreferencesChanged(string UserId);
