using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Tests.Platform.Versions;

/// <summary>Ranges of Python packages, as pip reads them. What is let in and what is not was said by pip's own code.</summary>
public sealed class ReadingPythonRangesTests
{
    [Theory]
    [InlineData(
        "==1.2",
        "1.2 1.2.0 1.2+local.1 1.2+ubuntu.2",
        "1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "==1",
        "",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "==1.2.*",
        "1.2 1.2.0 1.2.3 1.2.9 1.2.post1 1.2+local.1 1.2+ubuntu.2 v1.2.3 1.2.3.4 1.2-1",
        "1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "!=1.2.*",
        "1.3 1.3.0 2.0 1.1.9 1!1.0 0.9",
        "1.2 1.2.0 1.2.3 1.2.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1.2.3a1.dev2 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "!=1.2.3",
        "1.2 1.2.0 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2.post1 1.2+local.1 1.2+ubuntu.2 1!1.0 0.9 1.2.3.4 1.2-1",
        "1.2.3 1.2rc1 1.2.dev1 1.2.3-beta 1.2.3a1.dev2 v1.2.3 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "<=1.2",
        "1.2 1.2.0 1.1.9 1.2+local.1 1.2+ubuntu.2 0.9",
        "1.2.3 1.2.9 1.3 1.3.0 2.0 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1!1.0 1.2.3a1.dev2 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">1.2",
        "1.2.3 1.2.9 1.3 1.3.0 2.0 1!1.0 v1.2.3 1.2.3.4",
        "1.2 1.2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1.2.3a1.dev2 0.9 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">1.2,<1.3",
        "1.2.3 1.2.9 v1.2.3 1.2.3.4",
        "1.2 1.2.0 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">=1.2,<2",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 1.2.post1 1.2+local.1 1.2+ubuntu.2 v1.2.3 1.2.3.4 1.2-1",
        "2.0 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "<1.3",
        "1.2 1.2.0 1.2.3 1.2.9 1.1.9 1.2.post1 1.2+local.1 1.2+ubuntu.2 0.9 v1.2.3 1.2.3.4 1.2-1",
        "1.3 1.3.0 2.0 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "~=1.2",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 1.2.post1 1.2+local.1 1.2+ubuntu.2 v1.2.3 1.2.3.4 1.2-1",
        "2.0 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "~=1.2.3",
        "1.2.3 1.2.9 v1.2.3 1.2.3.4",
        "1.2 1.2.0 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "~=1.2.3a1",
        "1.2.3 1.2.9 1.2.3-beta v1.2.3 1.2.3.4 1.2.3rc1",
        "1.2 1.2.0 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 1.2-1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "===1.2",
        "1.2",
        "1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "===1.2.3-beta",
        "",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "==1.2+local.1",
        "1.2+local.1",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "==1.2.3b0",
        "1.2.3-beta",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">=1.2rc1",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.2rc1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1",
        "1.1.9 1.2.dev1 0.9"
    )]
    [InlineData(
        ">1.2.post0",
        "1.2.3 1.2.9 1.3 1.3.0 2.0 1.2.post1 1!1.0 v1.2.3 1.2.3.4 1.2-1",
        "1.2 1.2.0 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "<1.2.post2",
        "1.2 1.2.0 1.1.9 1.2.post1 1.2+local.1 1.2+ubuntu.2 0.9 1.2-1",
        "1.2.3 1.2.9 1.3 1.3.0 2.0 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 v1.2.3 1.2.3.4 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">=1!0",
        "1!1.0",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">=1.2.dev1",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.2rc1 1.2.dev1 1.2.post1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 v1.2.3 1.2.3.4 1.2-1 1.2.3rc1 1.2c1 1.2.preview1",
        "1.1.9 0.9"
    )]
    [InlineData(
        "==1.2.post1",
        "1.2.post1 1.2-1",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1.2+local.1 1.2+ubuntu.2 1!1.0 1.2.3a1.dev2 0.9 v1.2.3 1.2.3.4 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        " >= 1.2 , != 1.2.9 ",
        "1.2 1.2.0 1.2.3 1.3 1.3.0 2.0 1.2.post1 1.2+local.1 1.2+ubuntu.2 1!1.0 v1.2.3 1.2.3.4 1.2-1",
        "1.2.9 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">=1.2,,<2",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 1.2.post1 1.2+local.1 1.2+ubuntu.2 v1.2.3 1.2.3.4 1.2-1",
        "2.0 1.1.9 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        "<=1.2.3",
        "1.2 1.2.0 1.2.3 1.1.9 1.2.post1 1.2+local.1 1.2+ubuntu.2 0.9 v1.2.3 1.2-1",
        "1.2.9 1.3 1.3.0 2.0 1.2rc1 1.2.dev1 1.2.3-beta 1!1.0 1.2.3a1.dev2 1.2.3.4 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    [InlineData(
        ">1",
        "1.2 1.2.0 1.2.3 1.2.9 1.3 1.3.0 2.0 1.1.9 1.2.post1 1.2+local.1 1.2+ubuntu.2 1!1.0 v1.2.3 1.2.3.4 1.2-1",
        "1.2rc1 1.2.dev1 1.2.3-beta 1.2.3a1.dev2 0.9 1.2.3rc1 1.2c1 1.2.preview1"
    )]
    public void A_range_lets_in_what_pip_lets_in(string range, string allowed, string others)
    {
        var read = PythonRange.Read(range, out var fault);

        Assert.Null(fault);
        Assert.All(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), version => Assert.True(read!.Allows(version), version));
        Assert.All(others.Split(' ', StringSplitOptions.RemoveEmptyEntries), version => Assert.False(read!.Allows(version), version));
    }

    [Fact]
    public void Versions_stand_in_the_order_of_PEP_440()
    {
        string[] rising =
        [
            "1.dev1",
            "1.0a1.dev1",
            "1.0a1",
            "1.0b2",
            "1.0rc1.post1",
            "1.0c2",
            "1.0",
            "1.0+abc",
            "1.0+abc.1",
            "1.0+5",
            "1.0.post1.dev2",
            "1.0.post1",
            "1.0.1",
            "1.10",
            "2!0.1",
        ];
        var versions = rising.Select(text => PythonVersion.Find(text)!).ToList();

        Assert.Equal(versions, versions.AsEnumerable().Reverse().Order());
        Assert.Null(PythonVersion.Find("latest"));
        Assert.Null(PythonVersion.Find("1.2.3-beta.1.2"));
    }

    /// <summary>Newer pips let pre-releases in where any bound but != names one.</summary>
    [Fact]
    public void A_bound_that_names_a_pre_release_lets_them_in()
    {
        Assert.True(PythonRange.Read("<1.3.0rc1", out _)!.Allows("1.2.3b1"));
        Assert.False(PythonRange.Read(">=1.2,!=1.3.0rc1", out _)!.Allows("1.2.3b1"));
    }

    [Theory]
    [InlineData("==", 3)]
    [InlineData("==1.2,1.3", 7)]
    [InlineData(">=1.2.*", 3)]
    [InlineData("~=1", 1)]
    [InlineData("==newest", 3)]
    [InlineData(">=1.2+local", 1)]
    public void What_is_no_range_is_refused_with_its_place(string range, int position)
    {
        Assert.Null(PythonRange.Read(range, out var fault));
        Assert.Equal(position, fault!.Position);
    }

    /// <summary>The same text is read by where it stands and by the marks in it.</summary>
    [Theory]
    [InlineData("""["dep==1.2"]""", "1.2.3", false)]
    [InlineData("""{"dep": "==1.2"}""", "1.2.3", false)]
    [InlineData("""{"dep": "==1"}""", "1.2.3", false)]
    [InlineData("""["dep<=1.2"]""", "1.2.3", false)]
    [InlineData("""{"dep": "<=1.2"}""", "1.2.3", true)]
    [InlineData("""["dep@<=1.2"]""", "1.2.3", true)]
    [InlineData("""["dep>1.2,<1.3"]""", "1.2.3", true)]
    [InlineData("""{"dep": ">1.2,<1.3"}""", "1.2.3", true)]
    [InlineData("""{"dep": ">1.2 <1.4"}""", "1.2.3", false)]
    [InlineData("""{"dep": "*"}""", "1.2.3-beta", false)]
    [InlineData("""["dep"]""", "1.2.3-beta", true)]
    [InlineData("""{"dep": ""}""", "newest", true)]
    [InlineData("""{"dep": "*"}""", "newest", true)]
    [InlineData("""["dep ~=1.2"]""", "1.9", true)]
    [InlineData("""["dep != 1.2.*"]""", "1.2.3", false)]
    [InlineData("""["dep ^1.2"]""", "1.9.0", true)]
    [InlineData("""["dep 1.x || 3.x"]""", "3.1.0", true)]
    [InlineData("""[{"name": "dep", "version": "~1.2"}]""", "1.2.9", true)]
    public void Where_it_stands_tells_the_notation(string dependencies, string version, bool isMet)
    {
        // Read, stored and read again, as a manifest's needs are.
        var needed = Assert.Single(PluginDependencies.Read(PluginDependencies.Write(PluginDependencies.Read(dependencies).Items)).Items);
        var (from, to) = (NodeId.Of(NodeKind.Plugin, 1), NodeId.Of(NodeKind.Plugin, 2));
        var graph = new DependencyGraph(
            [new(from, "a", "1.0.0", true), new(to, "dep", version, true)],
            [new(from, to, needed.Range.Length == 0 ? null : needed.Range, needed.Notation)],
            []
        );

        Assert.Equal(isMet ? NeedState.Satisfied : NeedState.Unmet, Assert.Single(graph.Edges).State);
        Assert.Equal(needed, PluginDependencies.Parse(PluginDependencies.Line(needed)));
    }

    [Theory]
    [InlineData("==1.2", "^1.2", true)]
    [InlineData("<=1.2", "^1.3", false)]
    [InlineData(">=1.2,<2", "~=1.4", true)]
    [InlineData("!=1.2.*", "~1.2.0", false)]
    [InlineData("<1", ">=1", false)]
    public void Ranges_of_both_notations_meet_or_do_not(string python, string other, bool meet)
    {
        var second = VersionRanges.Read(other, VersionRanges.NotationOf(other, isRequirement: false), out _)!;

        Assert.Equal(meet, VersionRanges.Meet(PythonRange.Read(python, out _)!, second));
        Assert.Equal(meet, VersionRanges.Meet(second, PythonRange.Read(python, out _)!));
    }
}
