using FsCheck;
using FsCheck.Fluent;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Tests.Features.Configurations;

/// <summary>The nearest value wins, as a model says that looks at every row anew.</summary>
public sealed class ResolvingTests
{
    private static readonly string[] Keys = ["a", "b", "c"];

    [Fact]
    public void The_snapshot_agrees_with_the_model_on_random_trees() =>
        Check(rows =>
        {
            var snapshot = new ConfigurationSnapshot(rows);
            foreach (var from in Viewpoints())
            {
                foreach (var key in Keys)
                {
                    var expected = Model(rows, key, from);
                    Assert.Equal(expected, snapshot.Explain(key, from));
                    Assert.Equal(expected.FirstOrDefault(), snapshot.Resolve(key, from));
                }
            }
        });

    [Fact]
    public void Putting_back_what_was_there_is_identity() =>
        Check(rows =>
        {
            var before = new ConfigurationSnapshot(rows);
            foreach (var place in rows.Select(row => row.Place).Append(new("new", ScopeHolder.System)).Distinct())
            {
                var changed = before.With(
                    new Dictionary<ConfigurationPlace, ConfigurationValue?> { [place] = Value(999, place.Key, place.Holder, "changed") }
                );
                var back = changed.With(new Dictionary<ConfigurationPlace, ConfigurationValue?> { [place] = before.Find(place) });
                Assert.Equal(before.All.OrderBy(value => value.RowId), back.All.OrderBy(value => value.RowId));
                Assert.Equal("changed", changed.Find(place)!.Value);
            }
        });

    [Fact]
    public void Resolving_allocates_nothing()
    {
        var snapshot = new ConfigurationSnapshot([
            Value(1, "a", ScopeHolder.System, "1"),
            Value(2, "a", new(ConfigurationScope.Tool, 1), "2"),
        ]);
        var from = new Viewpoint(1, 1, 1, 1);
        snapshot.Resolve("a", from);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            snapshot.Resolve("a", from);
            snapshot.Resolve("none", from);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Nearest first: the last row of each scope on the way.</summary>
    private static List<ConfigurationValue> Model(IReadOnlyList<ConfigurationValue> rows, string key, Viewpoint from)
    {
        var chain = new List<ConfigurationValue>();
        foreach (
            var (scope, id) in new[]
            {
                (ConfigurationScope.User, from.UserId),
                (ConfigurationScope.Instance, from.InstanceId),
                (ConfigurationScope.Tool, from.ToolId),
                (ConfigurationScope.Agent, from.AgentId),
                (ConfigurationScope.System, (int?)null),
            }
        )
        {
            var isOnTheWay = scope == ConfigurationScope.System || id is not null;
            if (rows.LastOrDefault(row => isOnTheWay && row.Key == key && row.Holder.Scope == scope && row.Holder.Id == id) is { } found)
            {
                chain.Add(found);
            }
        }

        return chain;
    }

    private static IEnumerable<Viewpoint> Viewpoints()
    {
        int?[] ids = [null, 1, 2];
        return from agent in ids from tool in ids from instance in ids from user in ids select new Viewpoint(agent, tool, instance, user);
    }

    private static void Check(Action<IReadOnlyList<ConfigurationValue>> hold)
    {
        var row =
            from key in Gen.Elements(Keys)
            from scope in Gen.Elements(Enum.GetValues<ConfigurationScope>())
            from id in Gen.Choose(1, 2)
            from value in Gen.Choose(0, 99)
            select (key, holder: new ScopeHolder(scope, scope == ConfigurationScope.System ? null : id), value);
        Prop.ForAll(row.ArrayOf().ToArbitrary(), rows => hold([.. rows.Select((r, at) => Value(at + 1, r.key, r.holder, $"{r.value}"))]))
            .QuickCheckThrowOnFailure();
    }

    private static ConfigurationValue Value(int row, string key, ScopeHolder holder, string value) =>
        new(row, key, holder, value, ConfigurationType.String, false, true, null, 1);
}
