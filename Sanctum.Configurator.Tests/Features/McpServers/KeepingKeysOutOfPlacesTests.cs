using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>A key in an argument or an address becomes an encrypted variable, by whichever way it comes in, and is sent as it was typed.</summary>
public sealed class KeepingKeysOutOfPlacesTests
{
    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory]
    [InlineData("--token|canary-1", "--token|${TOKEN}", "TOKEN=canary-1")]
    [InlineData("--api-key=canary-1", "--api-key=${API_KEY}", "API_KEY=canary-1")]
    [InlineData("-e|GITHUB_TOKEN=canary-1", "-e|GITHUB_TOKEN=${GITHUB_TOKEN}", "GITHUB_TOKEN=canary-1")]
    [InlineData("--header|Authorization: Bearer canary-1", "--header|Authorization: Bearer ${AUTHORIZATION}", "AUTHORIZATION=canary-1")]
    [InlineData("--header=X-Api-Key:canary-1", "--header=X-Api-Key:${X_API_KEY}", "X_API_KEY=canary-1")]
    [InlineData("postgresql://reader:canary-1@db.example/main", "postgresql://reader:${PASSWORD}@db.example/main", "PASSWORD=canary-1")]
    [InlineData("DATABASE=redis://:canary-1@db.example/0", "DATABASE=redis://:${PASSWORD}@db.example/0", "PASSWORD=canary-1")]
    [InlineData("mysql://root:canary@1:2@db.example:3306/main", "mysql://root:${PASSWORD}@db.example:3306/main", "PASSWORD=canary@1:2")]
    [InlineData("https://canary1canary1canary@x.example/1", "https://${PASSWORD}@x.example/1", "PASSWORD=canary1canary1canary")]
    [InlineData("--token||canary-1", "--token||${TOKEN}", "TOKEN=canary-1")]
    [InlineData("--token\r|canary-1", "--token\r|${TOKEN}", "TOKEN=canary-1")]
    [InlineData("/p:Password=canary-1", "/p:Password=${P_PASSWORD}", "P_PASSWORD=canary-1")]
    [InlineData("--api\u2011key=canary-1", "--api\u2011key=${API_KEY}", "API_KEY=canary-1")]
    [InlineData("-HCookie: canary-1=a; b", "-HCookie: ${COOKIE}", "COOKIE=canary-1=a; b")]
    [InlineData("https://x.example/mcp?a=1&apiKey=canary-1", "https://x.example/mcp?a=1&apiKey=${API_KEY}", "API_KEY=canary-1")]
    [InlineData("--config|{\"apiKey\": \"canary-1\", \"a\": 1}", "--config|{\"apiKey\": \"${API_KEY}\", \"a\": 1}", "API_KEY=canary-1")]
    [InlineData("sk-canary-1canary-1canary", "${KEY}", "KEY=sk-canary-1canary-1canary")]
    [InlineData("--token|canary-1|--password|canary-2", "--token|${TOKEN}|--password|${PASSWORD}", "PASSWORD=canary-2,TOKEN=canary-1")]
    [InlineData("--token=canary-1|--token=canary-2", "--token=${TOKEN}|--token=${TOKEN_2}", "TOKEN=canary-1,TOKEN_2=canary-2")]
    [InlineData("--token=canary-1|--token=canary-1", "--token=${TOKEN}|--token=${TOKEN}", "TOKEN=canary-1")]
    public void A_key_in_an_argument_becomes_a_variable(string typed, string kept, string variables)
    {
        var form = McpKeysKept.Of(Program(typed), null, McpSecrets.None);
        var target = McpTargets.Of(form.ToServer(), form.Apply(McpSecrets.None)).Target!;

        Assert.Equal(kept, string.Join('|', form.Arguments!));
        Assert.Equal(variables, string.Join(',', form.Environment!.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal(typed, string.Join('|', target.Command!.Sent));
    }

    /// <summary>Whatever is taken for a key, the program is told what was typed.</summary>
    [Fact]
    public void Filled_in_it_is_what_was_typed()
    {
        string[] parts =
        [
            "--token",
            "--api-key",
            "=",
            " ",
            "|",
            "canary-1",
            "canary-22",
            "${TOKEN}",
            "${API_KEY}",
            "$",
            "{",
            "}",
            "\"",
            ":",
            "\"password\": \"canary-3\"",
            "Authorization: ",
            "Bearer ",
            "https://",
            "http://u:canary-4@h.example/",
            "?",
            "&",
            "key=",
            "sk-canary-5canary-5canary",
            "é",
            "\ud83d\ude00",
            "-",
            "\\",
        ];
        var random = new Xorshift(22);
        for (var round = 0; round < 5_000; round++)
        {
            var typed = string.Concat(Enumerable.Range(0, 1 + random.Below(9)).Select(_ => parts[random.Below(parts.Length)]));
            var form = McpKeysKept.Of(Program(typed), null, McpSecrets.None);

            var target = McpTargets.Of(form.ToServer(), form.Apply(McpSecrets.None)).Target!;

            Assert.Equal(typed, string.Join('|', target.Command!.Sent));
        }
    }

    [Theory]
    [InlineData("--token-file|/run/secrets/token")]
    [InlineData("--api-key-env|SOME_NAME")]
    [InlineData("--max-tokens|100000")]
    [InlineData("--port=8080000")]
    [InlineData("--token|${TOKEN}")]
    [InlineData("--token|YOUR_TOKEN_HERE")]
    [InlineData("--header|Accept: application/json")]
    [InlineData("https://x.example/mcp?page=2&token=")]
    [InlineData("http://host.example:8080/path@v2/x")]
    [InlineData("/data/keys|C:\\Users\\one")]
    public void What_is_no_key_stays_as_it_stands(string typed)
    {
        var form = McpKeysKept.Of(Program(typed), null, McpSecrets.None);

        Assert.Equal(typed, string.Join('|', form.Arguments!));
        Assert.Null(form.Environment);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Neither_the_row_nor_its_history_has_it_and_the_server_gets_it(TestDatabase database)
    {
        await using var server = await FakeMcpServer.StartAsync();
        server.Instead = context =>
        {
            var isWrong = context.Request.Query["apiKey"] != "canary/1%20=";
            context.Response.StatusCode = isWrong ? StatusCodes.Status403Forbidden : StatusCodes.Status200OK;
            return Task.FromResult(isWrong);
        };
        await using var world = await McpWorld.CreateAsync(database);

        var saved = await world.AddAsync("Hub", new($"{server.Url}?apiKey=canary/1%2520="));

        Assert.Equal(($"{server.Url}?apiKey=${{API_KEY}}", "API_KEY"), (saved.Url, Assert.Single(saved.VariableNames)));
        Assert.Equal(McpVerdict.Connected, (await world.TestAsync(saved.Id)).Verdict);
        await using var registry = world.Registry.Open();
        var row = await registry.McpServers.SingleAsync(McpWorld.Cancel);
        var history = await registry.Changes.Select(change => change.Before + change.After).ToListAsync(McpWorld.Cancel);
        Assert.StartsWith("sealed:", row.Environment, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", $"{row.Url}{string.Concat(history)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_for_the_same_place_is_another_value_and_no_other_server()
    {
        await using var server = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddApprovedAsync("Hub", new($"{server.Url}?apiKey=canary-1"));
        var form = McpServerForm.Of(saved);
        form.Url = $"{server.Url}?apiKey=canary-2";

        var rotated = McpWorld.Done(await world.SaveAsync(form));
        form = McpServerForm.Of(rotated);
        form.Description = "The same key";
        var same = McpWorld.Done(await world.SaveAsync(form));

        Assert.Equal((saved.Url, 2), (same.Url, same.Approved));
        Assert.Equal(["API_KEY"], same.VariableNames);
        await using var registry = world.Registry.Open();
        var row = await registry.McpServers.SingleAsync(McpWorld.Cancel);
        var target = await world.CallAsync((McpTargets targets) => Task.FromResult(targets.Find(row, null).Target!));
        Assert.EndsWith("?apiKey=canary-2", target.Url!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_entered_again_for_another_server_and_named_where_it_is_missing()
    {
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddAsync("Hub", new("https://hub.example/mcp?apiKey=canary-1"));
        var moved = McpServerForm.Of(saved);
        moved.Url = "https://elsewhere.example/mcp?apiKey=${API_KEY}";
        var missing = McpServerForm.Of(saved);
        missing.Url = "https://hub.example/mcp?apiKey=${OTHER}";
        var unused = McpServerForm.Of(saved);
        unused.Environment = new() { ["API_KEY"] = null, ["MORE"] = "value" };
        var odd = McpServerForm.Of(saved);
        odd.Environment = new() { ["API_KEY"] = "a&b=c" };

        Assert.Contains("entered for another address", await RefusedAsync(world, moved), StringComparison.Ordinal);
        Assert.Contains("Enter a value for OTHER", await RefusedAsync(world, missing), StringComparison.Ordinal);
        Assert.Contains("MORE stands nowhere in the address", await RefusedAsync(world, unused), StringComparison.Ordinal);
        Assert.Contains("Write it as %26", await RefusedAsync(world, odd), StringComparison.Ordinal);
    }

    /// <summary>The program, so that its variables are entered again, is another one only where what it is told is another.</summary>
    [Fact]
    public async Task A_key_in_arguments_that_were_stored_open_is_encrypted_with_the_next_change()
    {
        await using var world = await McpWorld.CreateAsync(settings: new() { ["McpServers:Commands:0"] = "npx" });
        var saved = McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Local",
                    Transport = McpTransport.Stdio,
                    Command = "npx",
                    Arguments = ["server"],
                    Environment = new() { ["LEVEL"] = "debug" },
                }
            )
        );
        await using (var registry = world.Registry.Open())
        {
            (await registry.McpServers.SingleAsync(McpWorld.Cancel)).Arguments = """["server","--token","canary-1"]""";
            await registry.SaveChangesAsync(McpWorld.Cancel);
        }

        var form = McpServerForm.Of((await world.CallAsync((McpServerReader reader) => reader.FindAsync(saved.Id, McpWorld.Cancel)))!);
        var after = McpWorld.Done(await world.SaveAsync(form));

        Assert.Equal(["server", "--token", "${TOKEN}"], after.Arguments);
        Assert.Equal(["LEVEL", "TOKEN"], after.VariableNames);
    }

    /// <summary>A stored key is not had by naming another place for it in a variable beside it.</summary>
    [Theory]
    [InlineData("API_URL", "https://elsewhere.example", "API_URL may say where the program sends TOKEN_2")]
    [InlineData("HTTPS_PROXY", "http://elsewhere.example", "HTTPS_PROXY may say where the program sends TOKEN_2")]
    [InlineData("API_URL", "https://api.example", null)]
    [InlineData("TOKEN", "another-canary", null)]
    public async Task A_variable_that_may_be_a_place_asks_for_the_keys_again(string name, string value, string? said)
    {
        await using var world = await McpWorld.CreateAsync();
        var form = Program("--token=canary-1|--token=canary-2");
        form.Environment = new() { ["API_URL"] = "https://api.example" };
        var saved = McpWorld.Done(await world.SaveAsync(form));
        form = McpServerForm.Of(saved);
        form.Environment!.Remove("TOKEN");
        form.Environment[name] = value;
        form.Environment["TOKEN"] = "another-canary";

        var outcome = await world.SaveAsync(form);

        Assert.Equal(["API_URL", "TOKEN", "TOKEN_2"], saved.VariableNames);
        if (said is null)
        {
            McpWorld.Done(outcome);
        }
        else
        {
            Assert.StartsWith(said, McpWorld.Refused(outcome), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://${HOST}/mcp")]
    [InlineData("https://hub.example:${PORT}/mcp")]
    [InlineData("https://hub.example${REST}")]
    public async Task No_variable_says_which_server_is_called(string url)
    {
        await using var world = await McpWorld.CreateAsync();
        var form = new McpServerForm
        {
            Name = "Hub",
            Url = url,
            Environment = McpVariables.NamesIn(url).ToDictionary(name => name, string? (_) => "1"),
        };

        Assert.Contains("can't be called", await RefusedAsync(world, form), StringComparison.Ordinal);
    }

    /// <summary>What is to be allowed is told to everybody who may see servers.</summary>
    [Fact]
    public async Task A_command_that_is_not_allowed_is_named_without_its_keys()
    {
        await using var world = await McpWorld.CreateAsync();
        var saved = McpWorld.Done(await world.SaveAsync(Program("-y|server|--token|canary-1|--port|80")));

        var report = await world.TestAsync(saved.Id);

        Assert.Equal(McpVerdict.CommandNotAllowed, report.Verdict);
        Assert.Contains("='npx -y server --token'.", report.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", JsonSerializer.Serialize(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hint_leads_to_another_path_without_the_key()
    {
        await using var server = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync();
        McpServerForm form = new() { Name = "Hub", Url = $"{new Uri(server.Url, "/wrong")}?apiKey=canary-1" };

        var report = McpWorld.Done(await world.CallAsync((McpServerTesting tests) => tests.TestAsync(form, null, McpWorld.Cancel)));

        Assert.Equal($"{server.Url}?apiKey=${{API_KEY}}", report.SuggestedUrl);
        Assert.DoesNotContain("canary", $"{report.Message}{report.Hint}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letta_is_told_what_is_typed_anew()
    {
        var mcp = new FakeLettaMcp();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Mcp = mcp });
        await using var world = await McpWorld.CreateAsync(settings: SeeingServersAtLettaTests.SettingsOf(letta));
        var saved = await world.AddAsync("Hub", new("https://hub.example/mcp?apiKey=canary-1"));

        var refused = await world.CallAsync((McpAtLetta at) => at.RegisterAsync(saved.Id, new(), McpWorld.Cancel));
        var view = McpWorld.Done(
            await world.CallAsync(
                (McpAtLetta at) =>
                    at.RegisterAsync(saved.Id, new(Variables: new Dictionary<string, string> { ["API_KEY"] = "canary-2" }), McpWorld.Cancel)
            )
        );

        Assert.Contains("Enter a value for API_KEY", McpWorld.Refused(refused), StringComparison.Ordinal);
        Assert.Equal("https://hub.example/mcp?apiKey=canary-2", $"{mcp.Servers[0]["server_url"]}");
        Assert.Equal("https://hub.example/mcp?apiKey=••••", view.Place);
    }

    [Fact]
    public async Task Placeholders_of_a_file_in_arguments_and_addresses_are_asked_for()
    {
        await using var world = await McpWorld.CreateAsync();
        const string Text = """
            {"servers": {
              "one": {"command": "npx", "args": ["--key", "${input:api-key}", "--name", "${env:NAME}"], "env": {"API": "${input:api-key}"}},
              "two": {"url": "https://two.example/${input:tenant}/mcp?key=${KEY}"},
              "three": {"url": "https://three.example/mcp?key=${input:key}"}}}
            """;
        var form = new McpImportForm
        {
            Text = Text,
            Secrets = new()
            {
                ["one/API"] = "canary-1",
                ["one/NAME"] = "x",
                ["two/TENANT"] = "t",
                ["two/KEY"] = "canary-2",
            },
        };

        var preview = McpWorld.Done(await world.CallAsync((McpExchange exchange) => exchange.PreviewAsync(form, McpWorld.Cancel)));
        var done = McpWorld.Done(await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(form, McpWorld.Cancel)));

        Assert.Equal(["one/API", "one/NAME", "two/TENANT", "two/KEY", "three/KEY"], preview.Servers.SelectMany(server => server.Missing));
        Assert.Equal((2, "Nothing was entered for KEY, which stands in its address."), (done.Added, done.Servers[2].Problem));
        var rows = (await world.CallAsync((McpServerReader reader) => reader.PageAsync(new(0, 50), McpWorld.Cancel))).Items;
        Assert.Equal(["--key", "${API}", "--name", "${NAME}"], rows[0].Arguments);
        Assert.Equal("https://two.example/${TENANT}/mcp?key=${KEY}", rows[1].Url);
    }

    private static McpServerForm Program(string arguments) =>
        new()
        {
            Name = "Local",
            Transport = McpTransport.Stdio,
            Command = "npx",
            Arguments = arguments.Split('|'),
        };

    private static async Task<string> RefusedAsync(McpWorld world, McpServerForm form) => McpWorld.Refused(await world.SaveAsync(form));
}
