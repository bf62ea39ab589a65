using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class ReadingAndWritingSettingsFilesTests
{
    private const string Passphrase = "correct horse battery staple";

    private static readonly string[] Fragments =
    [
        "a",
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "'",
        "`",
        "\\",
        "\\n",
        "\\u0041",
        "#",
        " #",
        "# ",
        "=",
        ":",
        ": ",
        "- ",
        "-",
        "?",
        "? ",
        "$",
        "$HOME",
        "${HOME}",
        "$(id)",
        "%",
        "@",
        "&a",
        "*a",
        "!",
        "!!str",
        "|",
        ">",
        "{",
        "}",
        "[",
        "]",
        ",",
        "~",
        "~/x",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "Null",
        "~",
        "1",
        "0x1F",
        "1e3",
        "1_000",
        ".5",
        "-0",
        "2026-11-21",
        "12:30:45",
        "---",
        "...",
        "%YAML",
        "<<",
        "export A=b",
        "//",
        "/*",
        "é",
        "ß",
        "漢字",
        "🌐",
        "👩‍💻",
        "\u00A0",
        "\u0085",
        "\u2028",
        "\u200B",
        "\uFEFF",
        "\u0001",
        "\u007F",
        "enc:v1:",
        "sealed:v1:",
        "C:\\new\\table",
        "https://user:p%40ss@host:8443/base?a=1&b=2#part",
        "<script>",
    ];

    public static TheoryData<SettingsFormat> Formats => [SettingsFormat.Env, SettingsFormat.Json, SettingsFormat.Yaml];

    [Theory, MemberData(nameof(Formats))]
    public void Any_text_comes_back_as_it_was(SettingsFormat format)
    {
        var texts = Fragments
            .Concat(from first in Fragments from second in Fragments select first + second)
            .Concat(from f in Fragments select $"x{f}y")
            .ToList();
        foreach (var text in texts)
        {
            var written = SettingsFile.Write(format, [("sanctum_base_path", text), ("letta_data_path", "after")]);

            var read = SettingsFile.Read(written, format);

            Assert.True(
                read.Problems.Count == 0 && read.Entries.Select(e => e.Value).SequenceEqual([text, "after"]),
                $"[{text}] was written as\n{written}\nand read as {string.Join('|', read.Entries.Select(e => e.Value))}\n{string.Join('\n', read.Problems)}"
            );
        }
    }

    [Theory]
    [InlineData("it's $HOME and `id` and \\$x \"here\"")]
    [InlineData("$HOME `id` # no comment")]
    public async Task A_shell_takes_a_value_for_what_it_is(string value)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        var written = SettingsFile.Write(SettingsFormat.Env, [("sanctum_base_path", value)]);
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", $"{written}\nprintf %s \"$SANCTUM_BASE_PATH\""])
            {
                RedirectStandardOutput = true,
            }
        )!;

        Assert.Equal(value, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_whole_file_comes_back_and_its_format_is_told_from_the_text(SettingsFormat format)
    {
        (string, string?)[] values =
        [
            ("environment", "staging"),
            ("debug_mode", "true"),
            ("ollama_base_url", null),
            ("flask_port", "5001"),
            ("letta_server_address", "yes"),
            ("letta_connection_timeout", "45"),
            ("letta_server_active", "false"),
        ];

        var read = SettingsFile.Read(SettingsFile.Write(format, values));

        Assert.Equal(format, read.Format);
        Assert.Empty(read.Problems);
        Assert.Equal(values, read.Entries.Select(e => (e.Column, e.Value)));
    }

    [Fact]
    public void The_three_formats_look_as_their_readers_expect()
    {
        (string, string?)[] values =
        [
            ("debug_mode", "true"),
            ("sanctum_base_path", "~/my files"),
            ("letta_server_port", "8283"),
            ("ollama_base_url", null),
        ];

        Assert.Equal(
            "DEBUG_MODE=true\nSANCTUM_BASE_PATH='~/my files'\nLETTA_SERVER_PORT=8283\nOLLAMA_BASE_URL=\n",
            SettingsFile.Write(SettingsFormat.Env, values)
        );
        Assert.Equal(
            "{\n  \"debug_mode\": true,\n  \"sanctum_base_path\": \"~/my files\",\n  \"letta_server_port\": 8283,\n  \"ollama_base_url\": null\n}\n",
            SettingsFile.Write(SettingsFormat.Json, values)
        );
        Assert.Equal(
            "debug_mode: true\nsanctum_base_path: \"~/my files\"\nletta_server_port: 8283\nollama_base_url: null\n",
            SettingsFile.Write(SettingsFormat.Yaml, values)
        );
    }

    [Theory, MemberData(nameof(Formats))]
    public void Secrets_are_left_out_without_a_passphrase(SettingsFormat format)
    {
        var written = SettingsFile.Write(format, [("openai_api_key", "sk-canary"), ("smcp_port", "9000")]);

        Assert.DoesNotContain("canary", written, StringComparison.Ordinal);
        Assert.DoesNotContain("openai", written, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(Formats))]
    public void Secrets_are_encrypted_under_the_passphrase_and_open_with_it(SettingsFormat format)
    {
        var written = SettingsFile.Write(
            format,
            [("openai_api_key", "sk-canary 'x' \"y\" 漢字"), ("letta_server_token", "enc:v1:odd"), ("anthropic_api_key", null)],
            Passphrase
        );
        Assert.DoesNotContain("canary", written, StringComparison.Ordinal);
        Assert.Contains("enc:v1:", written, StringComparison.Ordinal);

        var read = SettingsFile.Read(written, passphrase: Passphrase);

        Assert.Empty(read.Problems);
        Assert.Equal(
            [("openai_api_key", "sk-canary 'x' \"y\" 漢字"), ("letta_server_token", "enc:v1:odd"), ("anthropic_api_key", null)],
            read.Entries.Select(e => (e.Column, e.Value))
        );
    }

    [Fact]
    public void Encrypted_values_without_a_passphrase_are_reported()
    {
        var written = SettingsFile.Write(SettingsFormat.Json, [("smcp_port", "9000"), ("openai_api_key", "sk-canary")], Passphrase);

        var read = SettingsFile.Read(written);

        Assert.True(read.NeedsPassphrase);
        Assert.Equal("smcp_port", Assert.Single(read.Entries).Column);
        var problem = Assert.Single(read.Problems);
        Assert.Equal((SettingsProblemKind.Secret, 3), (problem.Kind, problem.Line));
    }

    [Fact]
    public void A_wrong_passphrase_a_damaged_a_moved_and_a_cut_value_are_each_a_sentence()
    {
        var text = SettingsFile.Write(SettingsFormat.Env, [("openai_api_key", "sk-canary")], Passphrase);
        var damaged = text[..^6] + (text[^6] == 'A' ? 'B' : 'A') + text[^5..];
        var moved = text.Replace("OPENAI", "ANTHROPIC", StringComparison.Ordinal);

        Assert.All(
            new[]
            {
                (text, "wrong"),
                (text, ""),
                (damaged, Passphrase),
                (moved, Passphrase),
                ("OPENAI_API_KEY=enc:v1:", Passphrase),
                ("OPENAI_API_KEY=enc:v1:%%%", Passphrase),
                ("OPENAI_API_KEY=enc:v1:AAAA", Passphrase),
            },
            attempt =>
            {
                var read = SettingsFile.Read(attempt.Item1, passphrase: attempt.Item2);
                Assert.Empty(read.Entries);
                Assert.Equal(SettingsProblemKind.Secret, Assert.Single(read.Problems).Kind);
            }
        );
    }

    [Fact]
    public void An_env_file_of_the_real_world_is_understood()
    {
        const string Text =
            "\uFEFF# Sanctum\r\n\r\nexport OPENAI_API_KEY=sk-1#2   # the key\r\n  letta_server_port = 8283\r\nSANCTUM_BASE_PATH=\"/srv/my \\\"sanctum\\\"\" # quoted\r\n"
            + "LETTA_DATA_PATH='/srv/$letta'\r\nOLLAMA_BASE_URL=http://localhost:11434/#top\r\nDEBUG_MODE=yes\r\nANTHROPIC_API_KEY=\r\nLETTA_SERVER_TOKEN= # none\r\n";

        var read = SettingsFile.Read(Text);

        Assert.Equal(SettingsFormat.Env, read.Format);
        Assert.Empty(read.Problems);
        Assert.Equal(
            [
                ("openai_api_key", "sk-1#2", 3),
                ("letta_server_port", "8283", 4),
                ("sanctum_base_path", "/srv/my \"sanctum\"", 5),
                ("letta_data_path", "/srv/$letta", 6),
                ("ollama_base_url", "http://localhost:11434/#top", 7),
                ("debug_mode", "true", 8),
                ("anthropic_api_key", null, 9),
                ("letta_server_token", null, 10),
            ],
            read.Entries.Select(e => (e.Column, e.Value, e.Line))
        );
    }

    [Theory]
    [InlineData(SettingsFormat.Env, "SMCP_PORT=9000\nnonsense\nFLASK_PORT=5000", 2)]
    [InlineData(SettingsFormat.Env, "LETTA_DATA_PATH=\"open\nFLASK_PORT=5000", 1)]
    [InlineData(SettingsFormat.Env, "LETTA_DATA_PATH='a' b\nFLASK_PORT=5000", 1)]
    [InlineData(SettingsFormat.Json, "{\n  \"flask_port\": 5000,\n  \"smcp_port\": [1, {\"a\": 2}]\n}", 3)]
    [InlineData(SettingsFormat.Json, "{\n  \"flask_port\": 5000\n  \"smcp_port\": 9000\n}", 3)]
    [InlineData(SettingsFormat.Json, "[1]", 1)]
    [InlineData(SettingsFormat.Yaml, "flask_port: 5000\nletta_data_path: *far\n", 2)]
    [InlineData(SettingsFormat.Yaml, "flask_port: 5000\nletta_data_path: !!python/object:os.system x\n", 2)]
    [InlineData(SettingsFormat.Yaml, "flask_port: 5000\nletta_data_path: &a x\n", 2)]
    [InlineData(SettingsFormat.Yaml, "flask_port: 5000\nletta_data_path:\n  - x\n  - {y: z}\n", 2)]
    [InlineData(SettingsFormat.Yaml, "flask_port: 5000\nletta_data_path: \"open\n", 2)]
    [InlineData(SettingsFormat.Yaml, "- a\n- b\n", 1)]
    [InlineData(SettingsFormat.Yaml, "flask_port: 5000\n---\nsmcp_port: 9000\n", 2)]
    public void What_cannot_be_read_is_a_sentence_with_its_line(SettingsFormat format, string text, int line)
    {
        var read = SettingsFile.Read(text, format);

        var problem = Assert.Single(read.Problems);
        Assert.Equal(SettingsProblemKind.Syntax, problem.Kind);
        Assert.InRange(problem.Line!.Value, line, line + 1);
        Assert.All(read.Entries, e => Assert.EndsWith("_port", e.Column, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "LETTA_SERVER_TOKEN=\"-----BEGIN\nFLASK_PORT=1\n-----END\"\nSMCP_PORT=9001\n",
        "letta_server_token|-----BEGIN\nFLASK_PORT=1\n-----END|1",
        "smcp_port|9001|4"
    )]
    [InlineData(
        "LETTA_SERVER_TOKEN='a\r\nFLASK_PORT=1\r\nb' # end\r\nSMCP_PORT=9001",
        "letta_server_token|a\nFLASK_PORT=1\nb|1",
        "smcp_port|9001|4"
    )]
    [InlineData(
        "LETTA_SERVER_TOKEN=`a\n  # no comment\n\"b\" \\n`\nSMCP_PORT=9001",
        "letta_server_token|a\n  # no comment\n\"b\" \\n|1",
        "smcp_port|9001|4"
    )]
    [InlineData("OPENAI_API_KEY=`sk-abcdefghijklmnop`", "openai_api_key|sk-abcdefghijklmnop|1")]
    [InlineData(
        "SMCP_PORT=9001\rFLASK_PORT=5001\rOLLAMA_BASE_URL=http://ollama:11434\r",
        "smcp_port|9001|1",
        "flask_port|5001|2",
        "ollama_base_url|http://ollama:11434|3"
    )]
    [InlineData("export LETTA_SERVER_TOKEN=\"a\\\"\nFLASK_PORT=1\nb\"", "letta_server_token|a\"\nFLASK_PORT=1\nb|1")]
    [InlineData("LETTA_SERVER_TOKEN=\"  a  \n\n b \"", "letta_server_token|  a  \n\n b |1")]
    public void What_stands_in_quotes_is_value_over_however_many_lines(string text, params string[] entries)
    {
        var read = SettingsFile.Read(text);

        Assert.Empty(read.Problems);
        Assert.Equal(entries, read.Entries.Select(entry => $"{entry.Column}|{entry.Value}|{entry.Line}"));
    }

    [Theory]
    [InlineData("SMCP_PORT=9000\nLETTA_SERVER_TOKEN=\"open\nFLASK_PORT=1\n", 2)]
    [InlineData("SMCP_PORT=9000\nLETTA_SERVER_TOKEN='open\nFLASK_PORT=1\nDEBUG_MODE='true'\n", 4)]
    [InlineData("SMCP_PORT=9000\rLETTA_SERVER_TOKEN=`open\rFLASK_PORT=1", 2)]
    public void Behind_a_quote_that_nothing_closes_no_line_is_a_setting(string text, int line)
    {
        var read = SettingsFile.Read(text);

        Assert.Equal("smcp_port", Assert.Single(read.Entries).Column);
        Assert.Equal((SettingsProblemKind.Syntax, line), (Assert.Single(read.Problems).Kind, read.Problems[0].Line));
    }

    [Theory]
    [InlineData("LETTA_SERVER_PASSWORD=pw", "LETTA_SERVER_TOKEN")]
    [InlineData("letta_server_password: pw", "letta_server_token")]
    [InlineData("{\"LETTA_BASE_URL\": \"http://letta:8283\"}", "letta_server_address")]
    public void What_Letta_calls_a_setting_is_pointed_at_it(string text, string column)
    {
        var read = SettingsFile.Read(text);

        Assert.Empty(read.Entries);
        Assert.Contains(column, Assert.Single(read.Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_named_with_the_likely_one()
    {
        var problems = SettingsFile.Read("OPENAI_KEY=sk-canary\nLETTA_SERVER_PROT=1\nZZZ=canary\n").Problems;

        Assert.All(problems, p => Assert.Equal(SettingsProblemKind.Unknown, p.Kind));
        Assert.Equal(
            [
                "Line 1: OPENAI_KEY is not a setting. Did you mean OPENAI_API_KEY?",
                "Line 2: LETTA_SERVER_PROT is not a setting. Did you mean LETTA_SERVER_PORT?",
                "Line 3: ZZZ is not a setting. It is skipped.",
            ],
            problems.Select(p => p.What)
        );
    }

    [Theory]
    [InlineData("FLASK_PORT=5001\nflask_port=5002\n")]
    [InlineData("{\"flask_port\": 5001,\n\"flask_port\": 5002}")]
    [InlineData("flask_port: 5001\nflask_port: 5002\n")]
    public void Of_a_key_that_stands_there_twice_the_last_counts_and_it_is_said(string text)
    {
        var read = SettingsFile.Read(text);

        Assert.Equal("5002", Assert.Single(read.Entries).Value);
        Assert.Equal((SettingsProblemKind.Duplicate, 2), (Assert.Single(read.Problems).Kind, read.Problems[0].Line));
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_refused_without_being_quoted()
    {
        var read = SettingsFile.Read("FLASK_PORT=canary\nDEBUG_MODE=canary\nENVIRONMENT=canary\nSMCP_PORT=99999999999\n");

        Assert.Empty(read.Entries);
        Assert.Equal(4, read.Problems.Count(p => p.Kind == SettingsProblemKind.Value));
        Assert.DoesNotContain(read.Problems, p => p.What.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_value_that_is_read_can_be_stored()
    {
        var values = new SystemConfig();
        foreach (
            var entry in SettingsFile.Read("FLASK_PORT= +5001\nDEBUG_MODE=ON\nletta_server_active=0\nLETTA_CHECK_INTERVAL=\"60\"\n").Entries
        )
        {
            Setting.Find(entry.Column)!.Write(values, entry.Value);
        }

        Assert.Equal((5001, true, false, 60), (values.FlaskPort, values.DebugMode, values.LettaServerActive, values.LettaCheckInterval));
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_large_or_hostile_file_is_refused(SettingsFormat format)
    {
        string[] texts =
        [
            new('x', SettingsFile.MaxBytes + 1),
            new('é', SettingsFile.MaxBytes),
            new('[', 250_000),
            "a: " + new string('[', 250_000),
            "a: " + new string('{', 250_000),
            "{\"a\":" + new string('[', 250_000),
            string.Concat(Enumerable.Repeat("unknown_key=1\n", 18_000)),
            string.Concat(Enumerable.Repeat("unknown_key: 1\n", 17_000)),
            "a=" + new string(' ', 250_000) + "x",
            new string('"', 250_000),
            new string('#', 250_000),
            "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\n",
        ];

        foreach (var text in texts)
        {
            Assert.Empty(SettingsFile.Read(text, format, Passphrase).Entries);
            Assert.InRange(SettingsFile.Read(text, format).Problems.Count, text[0] == '#' ? 0 : 1, 101);
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_damaged_file_never_throws(SettingsFormat format)
    {
        var whole = SettingsFile.Write(
            format,
            [("letta_data_path", "a \"b\" 'c' 🌐\n"), ("flask_port", "5000"), ("ollama_base_url", null), ("sanctum_base_path", "- x: #y")]
        );
        for (var at = 0; at < whole.Length; at++)
        {
            Assert.NotNull(SettingsFile.Read(whole[..at], format));
            Assert.NotNull(SettingsFile.Read(whole[at..], format));
            foreach (var slip in "\"'\\{}[]:,#&*!|>%@`\0\t\n?-=~<\uD83D")
            {
                Assert.NotNull(SettingsFile.Read(whole[..at] + slip + whole[at..], format));
                Assert.NotNull(SettingsFile.Read(whole[..at] + slip + whole[(at + 1)..], format));
            }
        }
    }

    [Theory]
    [InlineData("settings.json", SettingsFormat.Json)]
    [InlineData("a.YML", SettingsFormat.Yaml)]
    [InlineData(".env", SettingsFormat.Env)]
    [InlineData(".env.production", SettingsFormat.Env)]
    [InlineData("prod.env", SettingsFormat.Env)]
    [InlineData("notes.txt", null)]
    public void A_files_name_tells_its_format(string name, SettingsFormat? format) => Assert.Equal(format, SettingsFile.FormatOf(name));
}
