using System.Text.Json;
using Sanctum.Configurator.Features.SystemSettings;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class PlanningAnImportTests
{
    private static readonly Dictionary<string, string?> Stored = new()
    {
        ["environment"] = "development",
        ["flask_port"] = "5000",
        ["smcp_port"] = "9100",
        ["letta_server_address"] = "https://letta.example",
        ["ollama_base_url"] = null,
        ["openai_api_key"] = "sk-old-canary-1111",
        ["anthropic_api_key"] = "",
    };

    private static readonly SettingsEntry[] File =
    [
        new("environment", "staging", 1),
        new("flask_port", "5001", 2),
        new("smcp_port", "9200", 3),
        new("letta_server_address", "https://letta.example", 4),
        new("ollama_base_url", "http://ollama", 5),
        new("openai_api_key", "sk-new-canary-2222", 6),
        new("anthropic_api_key", "sk-ant-canary-3333", 7),
    ];

    [Theory]
    [InlineData(ConflictMode.Skip, "change change skip same add skip add")]
    [InlineData(ConflictMode.Overwrite, "change change change same add change add")]
    [InlineData(ConflictMode.OnlyNew, "skip skip skip same add skip add")]
    [InlineData(ConflictMode.Fail, "change change conflict same add conflict add")]
    public void Each_mode_decides_for_each_setting(ConflictMode mode, string actions)
    {
        var plan = SettingsImport.Plan(Stored, File, mode);

        Assert.Equal(actions, string.Join(' ', plan.Lines.Select(l => l.Action.ToString().ToLowerInvariant())));
        Assert.Equal(File.Select(e => e.Column), plan.Lines.Select(l => l.Column));
        Assert.Equal(mode == ConflictMode.Fail, plan.IsRefused);
        Assert.Equal(plan.IsRefused ? 0 : plan.Lines.Count(l => l.Action is ImportAction.Add or ImportAction.Change), plan.Writes.Count());
    }

    [Fact]
    public void Fail_applies_everything_where_nothing_conflicts()
    {
        var plan = SettingsImport.Plan(Stored, [new("flask_port", "5001", 1), new("smcp_port", "9100", 2)], ConflictMode.Fail);

        Assert.False(plan.IsRefused);
        Assert.Equal(("flask_port", "5001"), Assert.Single(plan.Writes.Select(w => (w.Column, w.Value))));
    }

    [Fact]
    public void What_is_in_force_by_default_is_the_same_stored_or_not()
    {
        var plan = SettingsImport.Plan(
            Stored,
            [
                new("ollama_base_url", "http://localhost:11434", 1),
                new("flask_port", null, 2),
                new("smcp_port", null, 3),
                new("anthropic_api_key", null, 4),
            ],
            ConflictMode.Overwrite
        );

        Assert.Equal([ImportAction.Same, ImportAction.Same, ImportAction.Change, ImportAction.Same], plan.Lines.Select(l => l.Action));
    }

    [Fact]
    public void Of_a_setting_that_stands_there_twice_the_last_counts()
    {
        var plan = SettingsImport.Plan(Stored, [new("flask_port", "5001", 1), new("FLASK_PORT", "5002", 2)], ConflictMode.Overwrite);

        Assert.Equal(("flask_port", "5002"), (Assert.Single(plan.Lines).Column, plan.Lines[0].Value));
    }

    [Fact]
    public void A_plan_can_be_printed_and_serialized_without_showing_a_secret()
    {
        var plan = SettingsImport.Plan(Stored, File, ConflictMode.Overwrite);

        var shown = string.Join('\n', plan.Lines) + JsonSerializer.Serialize(plan) + string.Join('\n', (object[])File);

        Assert.DoesNotContain("canary", shown, StringComparison.Ordinal);
        Assert.Equal(("••••1111", "••••2222", "sk-new-canary-2222"), (plan.Lines[5].From, plan.Lines[5].To, plan.Lines[5].Value));
    }
}
