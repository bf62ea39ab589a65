using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.AgentFiles;

/// <summary>Whatever is given as an agent file is read or refused. One that is read for ever ends the test by its deadline.</summary>
public sealed class ReadingAnyAgentFileTests
{
    private static readonly int Inputs = Thorough.Or(10_000, 200_000);

    private static readonly string[] Pieces =
    [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ",",
        ":",
        "null",
        "true",
        "0",
        "-1e999",
        "\"\"",
        "\"agents\"",
        "\"agents\":[]",
        "\"name\":\"x\"",
        "\"id\":\"tool-0\"",
        "\\ud800",
        "\\u0000",
        "\\\"",
        "[[[[[[[[[[[[[[[[",
        "{\"a\":{\"a\":{\"a\":",
        "\uFEFF",
        "\0",
        "é",
        "\ud83d\ude00",
        "/*",
        "//",
        "\"tool_ids\":[1,null,{}]",
        "\"secrets\":{\"K\":\"\"}",
        "\"llm_config\":7",
        "\"messages\":{}",
        "\"tools\":\"\"",
    ];

    private ulong _state = 0x2545F4914F6CDD1D;

    [Fact]
    public void Each_of_many_inputs_is_read_or_refused()
    {
        var seeds = new[]
        {
            AgentFileTexts.Whole,
            AgentFileTexts.Twice(AgentFileTexts.Whole),
            AgentFileTexts.FirstForm,
            "{\"agents\":[{\"name\":\"A\"}]}",
        }
            .Select(text => AgentFileTexts.Bytes(text).ToArray())
            .ToArray();
        var read = 0;
        for (var number = 0; number < Inputs; number++)
        {
            read += AssertSound(AgentFileReader.Read(Mutant(seeds[Below(seeds.Length)]))) ? 1 : 0;
        }

        Assert.InRange(read, Inputs / 40, Inputs - (Inputs / 40));
    }

    private static bool AssertSound(Outcome<AgentFile> outcome)
    {
        if (outcome is Outcome<AgentFile>.Invalid refused)
        {
            Assert.NotEmpty(refused.Reasons["file"]);
            return false;
        }

        var file = Assert.IsType<Outcome<AgentFile>.Ok>(outcome).Value;
        Assert.NotEmpty(file.Agents);
        Assert.All(file.Agents, agent => Assert.NotEmpty(agent.Name));
        return true;
    }

    private byte[] Mutant(byte[] seed)
    {
        var bytes = seed.ToList();
        for (var changes = Below(3); changes >= 0; changes--)
        {
            var (at, length) = (Below(bytes.Count + 1), Below(12));
            switch (Below(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)Below(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(length * 8, bytes.Count - at)));
                    break;
                case 3 when Below(8) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, AgentFileTexts.Bytes(Pieces[Below(Pieces.Length)]).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The same each time: a xorshift generator (Marsaglia, 2003).</summary>
    private int Below(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)(_state % (ulong)limit);
    }
}
