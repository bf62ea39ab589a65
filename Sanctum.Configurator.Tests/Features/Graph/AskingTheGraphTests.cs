using Sanctum.Configurator.Features.Graph;

namespace Sanctum.Configurator.Tests.Features.Graph;

public sealed class AskingTheGraphTests
{
    [Fact]
    public void What_is_needed_and_what_breaks_is_told_the_nearest_first()
    {
        var graph = Graph("a b c d", "a>b b>c a>d");

        Assert.Equal(["b", "d", "c"], Names(graph.AllNeedsOf(Id("a"))));
        Assert.Equal(["b", "a"], Names(graph.AllUsersOf(Id("c"))));
        Assert.Empty(graph.AllUsersOf(Id("a")));
        Assert.Empty(graph.AllNeedsOf(Id("nobody")));
    }

    [Fact]
    public void Things_are_switched_off_before_what_they_need_and_on_after_it()
    {
        var graph = Graph("a b c d", "d>a a>b b>c d>c");

        Assert.Equal(["d", "a", "b", "c"], Names(graph.UsersFirst(graph.Nodes)));
        Assert.Equal(["c", "b", "a", "d"], Names(graph.NeedsFirst(graph.Nodes)));
    }

    [Fact]
    public void A_cycle_is_told_with_its_way_and_stops_no_question()
    {
        var graph = Graph("a b c d", "a>b b>c c>a d>a");

        Assert.Equal("a → b → c → a", DependencyGraph.InWords(Assert.Single(graph.Cycles)));
        Assert.Equal("b → c → a → b", DependencyGraph.InWords(graph.CycleThrough(Id("b"))!));
        Assert.Null(graph.CycleThrough(Id("d")));
        Assert.Equal(["b", "c", "a"], Names(graph.AllNeedsOf(Id("a"))).Append("a").Distinct());
        Assert.Equal(4, graph.UsersFirst(graph.Nodes).Count);
        Assert.Contains("a → b → c → a", Assert.Single(graph.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_needs_itself_is_a_cycle_of_one() =>
        Assert.Equal("a → a", DependencyGraph.InWords(Graph("a", "a>a").CycleThrough(Id("a"))!));

    [Fact]
    public void What_is_not_satisfied_says_why()
    {
        var graph = new DependencyGraph(
            [
                Plugin("a", "1.0.0"),
                Plugin("b", "1.4.0"),
                Plugin("off", "1.0.0", false),
                Plugin("mute", null),
                Plugin("odd", "one"),
                Plugin("resting", "1.0.0", false),
            ],
            [
                new(Id("a"), Id("b"), "^1.2"),
                new(Id("a"), Id("gone"), ">=2"),
                new(Id("a"), Id("off")),
                new(Id("a"), Id("mute"), ">=1"),
                new(Id("a"), Id("odd"), ">=1"),
                new(Id("b"), Id("a"), "what?"),
                new(Id("resting"), Id("off")),
                new(Id("resting"), Id("mute"), "*"),
            ]
        );

        Assert.Equal(
            [
                "a needs gone >=2, which is not in the registry.",
                "a needs off, which is disabled.",
                "a needs mute >=1, and the version of mute is unknown.",
                "a needs odd >=1, and the version one of odd can't be read.",
                "b needs a in an invalid version range: Expected a number. (at character 1).",
            ],
            graph.Edges.Where(edge => edge.State != NeedState.Satisfied).Select(edge => edge.Why)
        );
        Assert.False(graph.Find(Id("gone"))!.IsKnown);
    }

    [Fact]
    public void Two_who_can_never_agree_are_both_named()
    {
        var graph = new DependencyGraph(
            [Plugin("a", "1"), Plugin("b", "1"), Plugin("c", "1"), Plugin("it", "1.5.0")],
            [new(Id("a"), Id("it"), "^1"), new(Id("b"), Id("it"), "^2"), new(Id("c"), Id("it"), ">1.5 <9")]
        );

        Assert.Equal((NeedState.Satisfied, null), (graph.NeedsOf(Id("a"))[0].State, graph.NeedsOf(Id("a"))[0].Why));
        Assert.Equal(
            (NeedState.Conflicting, "b needs it ^2, and a needs it ^1: no version satisfies both."),
            (graph.NeedsOf(Id("b"))[0].State, graph.NeedsOf(Id("b"))[0].Why)
        );
        Assert.Equal(
            (NeedState.Unmet, "c needs it >1.5 <9, and it has version 1.5.0."),
            (graph.NeedsOf(Id("c"))[0].State, graph.NeedsOf(Id("c"))[0].Why)
        );
    }

    [Fact]
    public void A_way_of_100_000_needs_is_gone_without_a_deep_stack()
    {
        const int length = 100_000;
        var graph = new DependencyGraph(
            Enumerable.Range(0, length).Select(number => Plugin($"{number}", "1.0.0")),
            Enumerable.Range(0, length).Select(number => new Need(Id($"{number}"), Id($"{(number + 1) % length}")))
        );

        Assert.Equal(length + 1, Assert.Single(graph.Cycles).Count);
        Assert.Equal(length + 1, graph.CycleThrough(Id("7"))!.Count);
        Assert.Equal(length - 1, graph.AllUsersOf(Id("0")).Count);
        Assert.Equal(length, graph.NeedsFirst(graph.Nodes).Count);
    }

    [Fact]
    public void Ids_are_read_as_they_are_written()
    {
        Assert.Equal(new(NodeKind.Model, "openai/gpt:4"), NodeId.Find("model:openai/gpt:4"));
        Assert.Null(NodeId.Find("moon:1"));
        Assert.Null(NodeId.Find("plugin:"));
        Assert.Null(NodeId.Find("3:1"));
        Assert.NotEqual(NodeId.Of(NodeKind.Plugin, 12), NodeId.OfUnknown(NodeKind.Plugin, "12"));
    }

    private static NodeId Id(string name) => new(NodeKind.Plugin, name);

    private static DependencyNode Plugin(string name, string? version, bool isEnabled = true) => new(Id(name), name, version, isEnabled);

    private static DependencyGraph Graph(string names, string needs) =>
        new(
            names.Split(' ').Select(name => Plugin(name, "1.0.0")),
            needs.Split(' ').Select(need => new Need(Id(need.Split('>')[0]), Id(need.Split('>')[1])))
        );

    private static IEnumerable<string> Names(IEnumerable<DependencyNode> nodes) => nodes.Select(node => node.Name);
}
