using System.Text;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Tests.Platform;

/// <summary>
/// What is pasted as a key, a path or an address is cut or refused at once by what can be sent, whichever way it comes in.
/// </summary>
public sealed class SendingWhatWasPastedTests
{
    /// <summary>Letters that no key, path or address has inside.</summary>
    public static TheoryData<int> Unseens =>
        [
            0x200B,
            0x200C,
            0x200D,
            0x2060,
            0xFEFF,
            0x00AD,
            0x202E,
            0x2066,
            0x200F,
            0x061C,
            0x00A0,
            0x202F,
            0x3000,
            0x2028,
            0x0000,
            0x0007,
            0x001B,
            0x007F,
            0x0085,
            0x180E,
            0xE0020,
            0xFE0F,
            0xFFFD,
            0x2800,
        ];

    [Theory, MemberData(nameof(Unseens))]
    public void Inside_it_is_refused_and_named(int letter)
    {
        var text = new Rune(letter).ToString();
        foreach (
            var (column, value) in new[]
            {
                ("openai_api_key", $"sk-abc{text}def"),
                ("letta_server_token", $"a{text}b"),
                ("letta_data_path", $"/srv/a{text}b"),
                ("ollama_base_url", $"http://olla{text}ma:11434"),
                ("letta_server_address", $"https://a.example/x{text}y"),
            }
        )
        {
            var (stored, reason) = SettingRules.Check(Setting.Find(column)!, value);

            Assert.Null(stored);
            Assert.NotNull(reason);
        }
    }

    [Theory]
    [InlineData("\u200Bsk-abc\u200B")]
    [InlineData("\uFEFF sk-abc\u00A0\r\n")]
    [InlineData("\u2066sk-abc\u2069\u3000")]
    public void At_its_ends_it_is_cut(string typed)
    {
        Assert.Equal(("sk-abc", null), SettingRules.Check(Setting.Find("openai_api_key")!, typed));
        Assert.Equal(
            ("/srv/a", null),
            SettingRules.Check(Setting.Find("letta_data_path")!, typed.Replace("sk-abc", "/srv/a", StringComparison.Ordinal))
        );
        Assert.IsType<LettaAddress.Parsed>(
            LettaAddress.Parse(typed.Replace("sk-abc", "https://a.example", StringComparison.Ordinal), null)
        );
    }

    [Fact]
    public void Nothing_but_unseen_letters_is_nothing() =>
        Assert.Equal((null, null), SettingRules.Check(Setting.Find("openai_api_key")!, "\u200B\uFEFF"));

    [Theory]
    [InlineData("openai_api_key", "sk-äbc")]
    [InlineData("openai_api_key", "sk–abc")]
    [InlineData("letta_server_token", "“token”")]
    public void What_no_header_can_hold_is_no_key(string column, string typed) =>
        Assert.NotNull(SettingRules.Check(Setting.Find(column)!, typed).Reason);

    /// <summary>As pages and files show keys that they keep to themselves, or that somebody is to fill in.</summary>
    [Theory]
    [InlineData("********")]
    [InlineData("****1234")]
    [InlineData("sk-ab****cd")]
    [InlineData("••••1234")]
    [InlineData("sk-...abcd")]
    [InlineData("[REDACTED]")]
    [InlineData("<your-token>")]
    [InlineData("your_api_key_here")]
    [InlineData("${LETTA_TOKEN}")]
    [InlineData("${LETTA_TOKEN:-abc}")]
    [InlineData("{{ vault.token }}")]
    public void What_stands_for_a_key_takes_the_place_of_none(string typed)
    {
        Assert.All(
            ["openai_api_key", "letta_server_token"],
            column => Assert.NotNull(SettingRules.Check(Setting.Find(column)!, typed).Reason)
        );
        Assert.Contains(
            "Token",
            FormRules
                .Check(
                    new ChannelForm
                    {
                        Name = "n",
                        Kind = "ntfy",
                        Token = typed,
                    }
                )
                .Keys
        );
        Assert.Contains("SecretKey", FormRules.Check(new BackupTargetForm { Name = "n", SecretKey = typed }).Keys);
    }

    [Theory]
    [InlineData("sk-proj-AbC_123-xyz")]
    [InlineData("eyJhbGciOi.eyJzdWIi.c2ln")]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY==")]
    [InlineData("p@$$w0rd*!{x}")]
    public void What_looks_odd_and_is_a_key_is_taken(string typed) =>
        Assert.Equal((typed, null), SettingRules.Check(Setting.Find("openai_api_key")!, typed));

    [Fact]
    public void A_password_in_the_address_of_Ollama_is_told_what_can_be_done_about_it()
    {
        var (_, reason) = SettingRules.Check(Setting.Find("ollama_base_url")!, "http://user:secret@ollama:11434");

        Assert.StartsWith("Remove the user name and password from the address", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Token field", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/srv/Müller/データ")]
    [InlineData("/srv/with blanks/it's")]
    public void A_path_has_the_letters_that_paths_have(string path) =>
        Assert.Equal((path, null), SettingRules.Check(Setting.Find("letta_data_path")!, path));

    [Fact]
    public void Channels_and_places_of_backups_take_no_others()
    {
        var channel = FormRules.Check(
            new ChannelForm
            {
                Name = "n",
                Kind = "ntfy",
                Server = "https://ntfy\u200B.sh",
                Topic = "t",
                Token = "tk_\u200Babc",
                Password = "a\u202Eb",
            }
        );
        var target = FormRules.Check(
            new BackupTargetForm
            {
                Name = "n",
                Folder = "/srv/\u00A0x",
                Endpoint = "https://s3\u200B.example",
                AccessKey = "AK\u200B",
                SecretKey = "sec\u200Bret",
            }
        );

        Assert.Superset(new HashSet<string> { "Server", "Token", "Password" }, channel.Keys.ToHashSet());
        Assert.Superset(new HashSet<string> { "Folder", "Endpoint", "SecretKey" }, target.Keys.ToHashSet());
        Assert.Equal("AK", new BackupTargetForm { AccessKey = "AK\u200B" }.AccessKey);
        Assert.Equal("tk", new ChannelForm { Token = "\uFEFFtk\u200B" }.Token);
    }
}
