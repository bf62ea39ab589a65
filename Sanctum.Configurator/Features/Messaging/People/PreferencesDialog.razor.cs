using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Changes a person's preferences, one by one or as JSON.</summary>
public sealed partial class PreferencesDialog
{
    private List<PreferenceField> _fields = [];
    private bool _isRaw;
    private bool _isObject = true;
    private string? _wrong;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required PersonService People { get; init; }

    protected override string Thing => "person";

    protected override void OnFilled()
    {
        var (stored, problem) = JsonText.Parse(string.IsNullOrWhiteSpace(Form.TypedPreferences) ? "{}" : Form.TypedPreferences);
        _isObject = problem is not null || stored is JsonObject;
        _isRaw = _isRaw || stored is not JsonObject;
        _fields = stored is JsonObject fields ? [.. PreferenceField.Of(fields)] : [];
    }

    protected override void ReadTyped() => _wrong = _isRaw ? null : Write();

    protected override async Task<Outcome<PersonView>> SaveAsync()
    {
        if (_wrong is not null)
        {
            return new Outcome<PersonView>.Invalid("", _wrong);
        }

        var (preferences, problem) = string.IsNullOrWhiteSpace(Form.TypedPreferences)
            ? (null, null)
            : JsonText.Parse(Form.TypedPreferences);
        if (problem is not null)
        {
            return new Outcome<PersonView>.Invalid(_isRaw ? nameof(Form.TypedPreferences) : "", problem);
        }

        Form.AgentPreferences = preferences;
        return await People.SaveAsync(Form, CancellationToken.None);
    }

    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) =>
        base.Refuse(
            reasons.ToDictionary(
                reason =>
                    reason.Key != nameof(Form.AgentPreferences) ? reason.Key
                    : _isRaw ? nameof(Form.TypedPreferences)
                    : "",
                reason => reason.Value
            )
        );

    protected override Task<PersonForm?> FindTheirsAsync(PersonView current) => Task.FromResult<PersonForm?>(PersonForm.Of(current));

    private static string Title(PreferenceKind kind) =>
        kind switch
        {
            PreferenceKind.Number => "Number",
            PreferenceKind.YesNo => "True or false",
            PreferenceKind.Json => "JSON",
            _ => "Text",
        };

    private void Add(PreferenceKind kind) => _fields.Add(new() { Kind = kind, Text = kind == PreferenceKind.YesNo ? "true" : "" });

    /// <summary>Puts the fields into the text; gives what is wrong with them.</summary>
    private string? Write()
    {
        var (preferences, problem) = PreferenceField.Read(_fields);
        if (preferences is not null)
        {
            Form.TypedPreferences = preferences.Count == 0 ? "" : ReadableJson.Of(preferences);
        }

        return problem;
    }

    /// <summary>Between the form and the text, which each show what the other has.</summary>
    private void Turn()
    {
        if (!_isRaw)
        {
            if (Write() is { } problem)
            {
                State.Say(problem);
                return;
            }

            _isRaw = true;
        }
        else if (JsonText.Parse(string.IsNullOrWhiteSpace(Form.TypedPreferences) ? "{}" : Form.TypedPreferences) is (JsonObject fields, _))
        {
            (_fields, _isRaw) = ([.. PreferenceField.Of(fields)], false);
        }
        else
        {
            State.Refuse(nameof(Form.TypedPreferences), "A form shows a JSON object only. Correct this first.");
        }
    }
}
