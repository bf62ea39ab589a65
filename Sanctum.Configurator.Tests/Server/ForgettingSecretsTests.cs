using Sanctum.Configurator.Platform.Processes;

namespace Sanctum.Configurator.Tests.Server;

public sealed class ForgettingSecretsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_a_console_was_started_with_can_be_read_by_the_programs_that_it_runs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows what a process was started with.");
        const string Provider = "sk-ant-a-key-of-the-provider-0123456789";
        var home = Directory.CreateTempSubdirectory("sanctum-installation-").FullName;
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(home, "bin")).FullName, "look");
        await File.WriteAllTextAsync(program, "#!/bin/sh\nenv\ntr '\\0' '\\n' < /proc/$PPID/environ\n", Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using var console = new ConsoleProcess
        {
            Settings = new Dictionary<string, string>
            {
                ["ANTHROPIC_API_KEY"] = Provider,
                ["Tools__CommandFolders__0"] = Path.GetDirectoryName(program)!,
            },
        };
        await console.StartAsync();

        await console.SaveAsync(new { sanctum_base_path = home });
        var tool = await MadeAsync(console, "/api/tools", new { name = "programs" });
        var instance = await MadeAsync(
            console,
            "/api/tool-instances",
            new
            {
                tool_id = (int)tool["id"]!,
                name = "look",
                config = new { kind = "command", program = "bin/look" },
            }
        );
        using var answer = await console.SendAsync(HttpMethod.Post, $"/api/tool-instances/{instance["id"]}/run", new { });
        var said = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.True(answer.IsSuccessStatusCode, said);
        Assert.Contains("PATH=", said, StringComparison.Ordinal);
        Assert.Contains("SANCTUM_ADMIN_USERNAME", said, StringComparison.Ordinal);
        foreach (var secret in new[] { console.FirstKey, ConsoleServer.Password, Provider })
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
        }

        Directory.Delete(home, recursive: true);

        // It has them all the same, where it needs them.
        Assert.Contains("environment", $"{await console.ReadAsync("/api/settings")}", StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("SANCTUM_ADMIN_PASSWORD", true)]
    [InlineData("SANCTUM_API_KEY", true)]
    [InlineData("OPENAI_API_KEY", true)]
    [InlineData("DATABASE_URL", true)]
    [InlineData("ConnectionStrings__Registry", true)]
    [InlineData("Sanctum__letta_server_token", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("PATH", false)]
    [InlineData("SANCTUM_ADMIN_USERNAME", false)]
    [InlineData("PGPASSWORD", false)]
    [InlineData("PGPASSFILE", false)]
    public void Secrets_are_known_by_their_names(string name, bool isSecret) => Assert.Equal(isSecret, SecretVariables.IsSecret(name));

    private static async Task<System.Text.Json.Nodes.JsonNode> MadeAsync(ConsoleProcess console, string path, object body)
    {
        using var answer = await console.SendAsync(HttpMethod.Post, path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return System.Text.Json.Nodes.JsonNode.Parse(text)!;
    }
}
