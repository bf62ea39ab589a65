using System.Collections.Frozen;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>
/// All configurations at one moment, for resolving without the database: system, then agent, tool, instance and user; the nearest wins.
/// Immutable, so that any number of readers share it; resolving allocates nothing.
/// </summary>
public sealed class ConfigurationSnapshot
{
    private static readonly ConfigurationScope[] NearestFirst =
    [
        ConfigurationScope.User,
        ConfigurationScope.Instance,
        ConfigurationScope.Tool,
        ConfigurationScope.Agent,
        ConfigurationScope.System,
    ];

    private readonly FrozenDictionary<string, ValuesOfKey> _keys;

    /// <param name="values">In the order of their rows: where a key is at one holder twice, the later one counts.</param>
    public ConfigurationSnapshot(IEnumerable<ConfigurationValue> values)
    {
        var keys = new Dictionary<string, ValuesOfKey>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (!keys.TryGetValue(value.Key, out var ofKey))
            {
                keys.Add(value.Key, ofKey = new());
            }

            ofKey.Put(value);
        }

        _keys = keys.ToFrozenDictionary(StringComparer.Ordinal);
        Keys = [.. keys.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>In the order of their characters.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Every value, each once: of duplicates the one that counts.</summary>
    public IEnumerable<ConfigurationValue> All => _keys.Values.SelectMany(ofKey => ofKey.All);

    /// <summary>The value in force; null where nobody on the way sets one.</summary>
    public ConfigurationValue? Resolve(string key, in Viewpoint at)
    {
        if (!_keys.TryGetValue(key, out var ofKey))
        {
            return null;
        }

        foreach (var scope in NearestFirst)
        {
            if (ofKey.Find(scope, at.IdIn(scope)) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The value in force and, after it, what it shadows, from the nearest to the widest.</summary>
    public IReadOnlyList<ConfigurationValue> Explain(string key, in Viewpoint at)
    {
        var chain = new List<ConfigurationValue>();
        if (_keys.TryGetValue(key, out var ofKey))
        {
            foreach (var scope in NearestFirst)
            {
                if (ofKey.Find(scope, at.IdIn(scope)) is { } value)
                {
                    chain.Add(value);
                }
            }
        }

        return chain;
    }

    /// <summary>The value that a holder itself sets.</summary>
    public ConfigurationValue? Find(ConfigurationPlace place) =>
        _keys.TryGetValue(place.Key, out var ofKey) ? ofKey.Find(place.Holder.Scope, place.Holder.Id) : null;

    /// <summary>The same with other values at some places, or with none there.</summary>
    public ConfigurationSnapshot With(IReadOnlyDictionary<ConfigurationPlace, ConfigurationValue?> changes) =>
        new(All.Where(value => !changes.ContainsKey(value.Place)).Concat(changes.Values.OfType<ConfigurationValue>()));

    private sealed class ValuesOfKey
    {
        private readonly Dictionary<int, ConfigurationValue>?[] _byId = new Dictionary<int, ConfigurationValue>?[NearestFirst.Length];
        private ConfigurationValue? _system;

        public IEnumerable<ConfigurationValue> All =>
            (_system is null ? [] : (IEnumerable<ConfigurationValue>)[_system]).Concat(
                _byId.SelectMany(values => values?.Values.AsEnumerable() ?? [])
            );

        public void Put(ConfigurationValue value)
        {
            if (value.Holder.Id is { } id)
            {
                (_byId[(int)value.Holder.Scope] ??= [])[id] = value;
            }
            else
            {
                _system = value;
            }
        }

        public ConfigurationValue? Find(ConfigurationScope scope, int? id) =>
            scope == ConfigurationScope.System ? _system
            : id is { } holder ? _byId[(int)scope]?.GetValueOrDefault(holder)
            : null;
    }
}
