using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>What becomes of values that are there already, or are not in the text.</summary>
public enum ImportMode
{
    /// <summary>The text's values take the place of others.</summary>
    [JsonStringEnumMemberName("overwrite")]
    Overwrite,

    /// <summary>What is set already stays.</summary>
    [JsonStringEnumMemberName("only_new")]
    OnlyNew,

    /// <summary>As overwrite, and keys of the holder that the text does not have are reset.</summary>
    [JsonStringEnumMemberName("replace")]
    Replace,
}

/// <summary>A text to read in.</summary>
/// <param name="Scope">Whose the values are, whatever the text says; null where it says itself.</param>
public sealed record ImportForm(
    [property: TextLimit(Lengths.Document)] string? Text,
    ConfigurationScope? Scope = null,
    int? ScopeId = null,
    ImportMode Mode = ImportMode.Overwrite
)
{
    internal ScopeHolder? Holder => Scope is { } scope ? new(scope, scope == ConfigurationScope.System ? null : ScopeId) : null;
}

/// <summary>Takes configurations out as text and brings text in, all of it or nothing.</summary>
public sealed class ConfigurationTransfer(LiveConfigurations live, ConfigurationWrites writes)
{
    /// <param name="holder">Null for all holders.</param>
    public async Task<string> ExportAsync(ScopeHolder? holder, CancellationToken cancel) =>
        ConfigurationText.Write(
            (await live.ReadAsync(cancel))
                .All.Where(value => holder is null || value.Holder == holder)
                .OrderBy(value => value.Holder.Scope)
                .ThenBy(value => value.Holder.Id)
                .ThenBy(value => value.Key, StringComparer.Ordinal),
            isOfOneHolder: holder is not null
        );

    public async Task<Outcome<ConfigurationPlan>> ImportAsync(ImportForm form, bool isDryRun, CancellationToken cancel)
    {
        var (wanted, problem) = ConfigurationText.Read(form.Text ?? "", form.Holder);
        if (problem is not null || (form.Mode == ImportMode.Replace && form.Holder is null))
        {
            return problem is null
                ? new Outcome<ConfigurationPlan>.Invalid(
                    nameof(form.Scope),
                    "Give the scope whose values the text replaces and, except for the system, an id."
                )
                : new Outcome<ConfigurationPlan>.Invalid(nameof(form.Text), problem);
        }

        var now = await live.ReadAsync(cancel);
        var left = wanted.Where(change => change.To is { IsSecret: true, Value: null } && now.Find(change.Place) is null).ToList();
        var changes = wanted.Except(left).Where(change => form.Mode != ImportMode.OnlyNew || now.Find(change.Place) is null).ToList();
        if (form.Mode == ImportMode.Replace)
        {
            var kept = wanted.Select(change => change.Place).ToHashSet();
            changes.AddRange(
                now.All.Where(value => value.Holder == form.Holder && !kept.Contains(value.Place))
                    .Select(value => new ConfigurationChange(value.Place, null))
            );
        }

        return await writes.ApplyAsync(
            changes,
            isDryRun,
            "imported",
            cancel,
            [.. left.Select(change => $"{change.Place.Key} is skipped: it is a secret, and the text doesn't contain its value.")]
        );
    }
}
