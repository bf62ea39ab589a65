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
        Assert.Equal(("Athena", "Wise", "openai/gpt-4.1", "openai/text-embedding-3-small", 2), (agent.Name, agent.Description, agent.Model, agent.Embedding, agent.Messages));
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
        var file = Assert.IsType<Outcome<AgentFile>.Done>(AgentFileReader.Read(Real(name))).Value;

        Assert.Equal((agent, tools, blocks), (Assert.Single(file.Agents).Name, file.Agents[0].Tools.Count, file.Agents[0].Blocks.Count));
        Assert.Empty(file.Warnings);
    }

    [Fact]
    public void A_real_file_of_the_first_form_is_refused_with_the_reason() =>
        Assert.Contains("first form", Assert.IsType<Outcome<AgentFile>.Refused>(AgentFileReader.Read(Real("deep-thought.af"))).Reasons["file"], StringComparison.Ordinal);

    [Theory]
    [InlineData(AgentFileTexts.FirstForm, "first form")]
    [InlineData("", "can't be read as JSON")]
    [InlineData("{\"agents\":[", "in line 1")]
    [InlineData("[]", "holds no object")]
    [InlineData("{}", "names no agents")]
    [InlineData("{\"agents\":[]}", "holds no agent")]
    [InlineData("{\"agents\":{}}", "holds no agent")]
    [InlineData("{\"agents\":[7]}", "has no name")]
    [InlineData("{\"agents\":[{\"name\":\"\"}]}", "has no name")]
    [InlineData("{\"agents\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"a\",\"name\":\"B\"}]}", "have the id a")]
    [InlineData("{\"agents\":[{\"name\":\"A\",\"name\":\"B\"}]}", "names a field twice")]
    [InlineData("{\"agents\":[{\"name\":\"\\ud800\"}]}", "no Unicode")]
    [InlineData("\"\\\"{}\\\"\"", "holds no object")]
    public void What_is_no_agent_file_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.IsType<Outcome<AgentFile>.Refused>(AgentFileReader.Read(AgentFileTexts.Bytes(text))).Reasons["file"], StringComparison.Ordinal);

    [Fact]
    public void What_nests_too_deeply_or_is_too_long_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 10_000));

        Assert.IsType<Outcome<AgentFile>.Refused>(AgentFileReader.Read(AgentFileTexts.Bytes($"{{\"agents\":{deep}")));
        Assert.Equal(AgentFileReader.TooLong, Assert.IsType<Outcome<AgentFile>.Refused>(AgentFileReader.Read(new byte[AgentFileReader.LongestFile + 1])).Reasons["file"]);
    }

    [Fact]
    public void What_an_agent_refers_to_and_is_not_there_is_named() =>
        Assert.Equal(
            ["Athena refers to tool-1, which is not in the file."],
            Read(AgentFileTexts.Whole.Replace("\"id\":\"tool-1\"", "\"id\":\"tool-9\"", StringComparison.Ordinal)).Warnings);

    private static AgentFile Read(string text) => Assert.IsType<Outcome<AgentFile>.Done>(AgentFileReader.Read(AgentFileTexts.Bytes(text))).Value;

    private static byte[] Real(string name)
    {
        var file = Npm.FindAbove(Path.Combine("shared", "data", "letta", "af", name));
        Assert.SkipWhen(file is null, "Letta's own agent files are not there: shared/data/letta/af beside the repository.");
        return File.ReadAllBytes(file!);
    }
}
