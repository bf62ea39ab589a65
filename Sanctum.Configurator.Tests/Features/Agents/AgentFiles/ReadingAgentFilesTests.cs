using System.Text;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.AgentFiles;

public sealed class ReadingAgentFilesTests
{
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "\uFEFF")]
    public void A_file_is_read_also_where_it_is_encoded_twice_or_begins_with_a_mark(bool twice, string mark)
    {
        var file = Read(mark + (twice ? AgentFileTexts.Twice(AgentFileTexts.Whole) : AgentFileTexts.Whole));

        var agent = Assert.Single(file.Agents);
        Assert.Equal(
            ("Athena", "Wise", "openai/gpt-4.1", "openai/text-embedding-3-small", 2),
            (agent.Name, agent.Description, agent.Model, agent.Embedding, agent.Messages)
        );
        Assert.Equal(["web_search", "send_message"], agent.Tools);
        Assert.Equal(["persona"], agent.Blocks);
        Assert.Equal(["API_KEY"], agent.Blank);
        Assert.Equal([true, false], file.Tools.Select(tool => tool.HasSource));
        Assert.Empty(file.Warnings);
    }

    [Theory]
    [InlineData("agentfile_outreach_workflow_agent.af", "outreach_workflow_agent", 4, 0)]
    [InlineData("test_agent_with_files_and_sources.af", "test_disk_agent_9215c344-8b17-4989-98f4-fd73e99fc451", 7, 2)]
    public void Real_files_are_read(string name, string agent, int tools, int blocks)
    {
        var file = Assert.IsType<Outcome<AgentFile>.Ok>(AgentFileReader.Read(Real(name))).Value;

        Assert.Equal((agent, tools, blocks), (Assert.Single(file.Agents).Name, file.Agents[0].Tools.Count, file.Agents[0].Blocks.Count));
        Assert.Empty(file.Warnings);
    }

    [Fact]
    public void A_real_file_of_the_first_form_is_refused_with_the_reason() =>
        Assert.Contains(
            "first form",
            Assert.IsType<Outcome<AgentFile>.Invalid>(AgentFileReader.Read(Real("deep-thought.af"))).Reasons["file"],
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(AgentFileTexts.FirstForm, "first form")]
    [InlineData("", "is empty")]
    [InlineData("  \n", "is blank")]
    [InlineData("<!DOCTYPE html><title>Log in</title>", "web page")]
    [InlineData("PK\u0003\u0004", "ZIP")]
    [InlineData("{\"agents\":[{\"name\":\"A", "is incomplete")]
    [InlineData("{\"agents\":[", "is incomplete")]
    [InlineData("{\"agents\":[what]}", "in line 1")]
    [InlineData("{\"agents\":1,\"agents\":2}", "twice")]
    [InlineData("[]", "doesn't contain an object")]
    [InlineData("{}", "contains no agents")]
    [InlineData("{\"agents\":[]}", "contains no agents")]
    [InlineData("{\"agents\":{}}", "contains no agents")]
    [InlineData("{\"agents\":[7]}", "has no name")]
    [InlineData("{\"agents\":[{\"name\":\"\"}]}", "has no name")]
    [InlineData("{\"agents\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"a\",\"name\":\"B\"}]}", "have the same id a")]
    [InlineData("{\"agents\":[{\"name\":\"A\",\"name\":\"B\"}]}", "contains a field twice")]
    [InlineData("{\"agents\":[{\"name\":\"\\ud800\"}]}", "invalid Unicode")]
    [InlineData("\"\\\"{}\\\"\"", "doesn't contain an object")]
    public void What_is_no_agent_file_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(
            reason,
            Assert.IsType<Outcome<AgentFile>.Invalid>(AgentFileReader.Read(AgentFileTexts.Bytes(text))).Reasons["file"],
            StringComparison.Ordinal
        );

    [Fact]
    public void What_nests_too_deeply_or_is_too_long_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 10_000));

        Assert.IsType<Outcome<AgentFile>.Invalid>(AgentFileReader.Read(AgentFileTexts.Bytes($"{{\"agents\":{deep}")));
        Assert.Equal(
            AgentFileReader.TooLong,
            Assert.IsType<Outcome<AgentFile>.Invalid>(AgentFileReader.Read(new byte[AgentFileReader.LongestFile + 1])).Reasons["file"]
        );
    }

    [Fact]
    public void What_an_agent_refers_to_and_is_not_there_is_named() =>
        Assert.Equal(
            ["Athena refers to tool-1, which is not in the file."],
            Read(AgentFileTexts.Whole.Replace("\"id\":\"tool-1\"", "\"id\":\"tool-9\"", StringComparison.Ordinal)).Warnings
        );

    /// <summary>As editors, shells and web servers leave files.</summary>
    public static TheoryData<string> Dresses =>
        ["UTF-16", "UTF-16 the other way round", "UTF-16 without a mark", "UTF-32", "gzip", "UTF-16 in gzip"];

    [Theory]
    [MemberData(nameof(Dresses))]
    public void A_file_in_another_encoding_or_packed_is_read_and_handed_on_as_plain_JSON(string dress)
    {
        byte[] file = dress switch
        {
            "UTF-16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(AgentFileTexts.Whole)],
            "UTF-16 the other way round" =>
            [
                .. Encoding.BigEndianUnicode.Preamble,
                .. Encoding.BigEndianUnicode.GetBytes(AgentFileTexts.Whole),
            ],
            "UTF-16 without a mark" => Encoding.Unicode.GetBytes(AgentFileTexts.Whole),
            "UTF-32" => [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(AgentFileTexts.Whole)],
            "gzip" => BadAnswers.Gzip(Encoding.UTF8.GetBytes(AgentFileTexts.Whole)),
            _ => BadAnswers.Gzip([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(AgentFileTexts.Whole)]),
        };

        Assert.Equal("Athena", Assert.Single(Assert.IsType<Outcome<AgentFile>.Ok>(AgentFileReader.Read(file)).Value.Agents).Name);
        Assert.Equal(AgentFileTexts.Whole, Encoding.UTF8.GetString(AgentFileReader.Plain(file)!.Value.Span));
    }

    [Fact]
    public void A_packed_file_that_is_cut_off_or_far_too_long_is_told_by_its_own_reason()
    {
        var packed = BadAnswers.Gzip(Encoding.UTF8.GetBytes(AgentFileTexts.Whole));

        Assert.Contains(
            "gzip",
            Assert.IsType<Outcome<AgentFile>.Invalid>(AgentFileReader.Read(packed.AsMemory(0, packed.Length / 2))).Reasons["file"],
            StringComparison.Ordinal
        );
        Assert.Equal(
            AgentFileReader.TooLong,
            Assert
                .IsType<Outcome<AgentFile>.Invalid>(AgentFileReader.Read(BadAnswers.Gzip(new byte[AgentFileReader.LongestFile + 1])))
                .Reasons["file"]
        );
    }

    [Fact]
    public void Skills_and_servers_that_would_be_started_are_shown_without_their_secrets()
    {
        var file = Read(
            """
            {"agents": [{"name": "A"}],
             "skills": [{"name": "tidy", "source_url": "https://skills.example/tidy", "files": {"SKILL.md": "…", "run.sh": "…"}}],
             "mcp_servers": [{"server_name": "files", "server_type": "stdio", "stdio_config": {"command": "npx", "args": ["-y", "evil"], "env": {"KEY": "canary"}}},
                             {"server_name": "far", "server_type": "streamable_http", "server_url": "https://mcp.example/"}]}
            """
        );

        Assert.Equal(["SKILL.md", "run.sh"], Assert.Single(file.Skills).Files);
        Assert.Equal(
            [("files", "npx -y evil", null), ("far", null, "https://mcp.example/")],
            file.McpServers.Select(server => (server.Name, server.Command, server.Url))
        );
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(file), StringComparison.Ordinal);
    }

    private static AgentFile Read(string text) =>
        Assert.IsType<Outcome<AgentFile>.Ok>(AgentFileReader.Read(AgentFileTexts.Bytes(text))).Value;

    private static byte[] Real(string name)
    {
        var file = Npm.FindAbove(Path.Combine("shared", "data", "letta", "af", name));
        Assert.SkipWhen(file is null, "Letta's own agent files are not there: shared/data/letta/af beside the repository.");
        return File.ReadAllBytes(file!);
    }
}
