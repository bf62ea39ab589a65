using System.Text;
using Sanctum.Configurator.Platform.Versions;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Versions;

/// <summary>Whatever stands where a range should is read or refused. One that is read for ever ends the test by its deadline.</summary>
public sealed class ReadingAnyRangeTests
{
    private static readonly int Inputs = Thorough.Or(10_000, 200_000);

    private static readonly string[] Pieces =
    [
        "1",
        "0",
        "12",
        "007",
        "999999999999999",
        "9999999999999999",
        ".",
        "..",
        "x",
        "X",
        "*",
        "v",
        "V",
        "-",
        " - ",
        "--",
        "+",
        "+b.1",
        "-alpha",
        "-alpha.1",
        "-0",
        "-01",
        "-.",
        " ",
        "  ",
        "\t",
        ",",
        "|",
        "||",
        " || ",
        ">",
        ">=",
        "<",
        "<=",
        "=",
        "==",
        "===",
        "~",
        "~>",
        "~=",
        "^",
        "^^",
        "!",
        "!=",
        "1.2",
        "1.2.3",
        "1.2.3-rc.1",
        "^1.2.3",
        ">=1.0 <2",
        "1.x || 2.x",
        "latest",
        "\0",
        "\n",
        "é",
        "١",
        "𝟙",
        "\ud800",
        "(",
        ")",
        "[1,2)",
        "git+https://example.org/a.git",
        "file:../a",
        "\"",
        "'",
        "-x",
        "1-2",
        "1.2.3.4",
    ];

    private static readonly string[] Asked = ["0.0.0", "1.2.3", "1.2.3-alpha.1", "999999999999999.0.0"];

    private readonly Xorshift _numbers = new(0x9E3779B97F4A7C15);

    [Fact]
    public void Each_of_many_inputs_is_read_or_refused()
    {
        var versions = Asked.Select(text => SemanticVersion.Find(text)!).ToList();
        var other = VersionRange.Read("^1.2 || ~2.0.1-a", out _)!;
        var understood = 0;
        for (var number = 0; number < Inputs; number++)
        {
            understood += AssertSound(Next(), versions, other);
        }

        Assert.InRange(understood, Inputs / 20, Inputs);
    }

    [Fact]
    public void The_longest_inputs_are_read_or_refused_too()
    {
        foreach (var piece in Pieces)
        {
            var text = new StringBuilder();
            while (text.Length + piece.Length <= SemanticVersion.MostCharacters)
            {
                text.Append(piece);
            }

            AssertSound($"{text}", [new(1, 2, 3)], VersionRange.Read($"{text}", out _) ?? VersionRange.Read("*", out _)!);
        }
    }

    [Fact]
    public void What_is_too_long_is_refused_unread()
    {
        Assert.Null(VersionRange.Read(new(' ', SemanticVersion.MostCharacters + 1), out var fault));
        Assert.Equal(SemanticVersion.MostCharacters + 1, fault!.Position);
    }

    private static int AssertSound(string text, IReadOnlyList<SemanticVersion> versions, VersionRange other)
    {
        if (SemanticVersion.Read(text, out var noVersion) is { } version)
        {
            Assert.Null(noVersion);
            Assert.Equal(version, SemanticVersion.Find($"{version}"));
        }
        else
        {
            Assert.InRange(noVersion!.Position, 1, text.Length + 1);
        }

        if (VersionRange.Read(text, out var fault) is not { } range)
        {
            Assert.InRange(fault!.Position, 1, text.Length + 1);
            Assert.NotEmpty(fault.Reason);
            return 0;
        }

        Assert.Null(fault);
        Assert.Equal(range.Meets(other), other.Meets(range));
        Assert.True(versions.Where(range.Allows).All(allowed => range.Meets(VersionRange.Read($"={allowed}", out _)!)), text);
        return 1;
    }

    private string Next()
    {
        var text = new StringBuilder();
        for (var pieces = 1 + _numbers.Below(8); pieces > 0; pieces--)
        {
            text.Append(Pieces[_numbers.Below(Pieces.Length)]);
        }

        return $"{text}";
    }
}
