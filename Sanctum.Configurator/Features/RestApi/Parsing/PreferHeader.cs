namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>The header <c>Prefer</c>.</summary>
internal sealed class PreferHeader
{
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["return"] = ["minimal", "representation", "headers-only"],
        ["count"] = ["exact", "planned", "estimated"],
        ["resolution"] = ["merge-duplicates", "ignore-duplicates"],
        ["missing"] = ["default", "null"],
        ["handling"] = ["strict", "lenient"],
        ["tx"] = ["commit", "rollback"],
    };

    private readonly Dictionary<string, string> _given = [];

    public bool HasCount => _given.ContainsKey("count");
    public bool IsStrict => Is("handling", "strict");
    public bool ReturnsRows => Is("return", "representation");
    public bool ReturnsHeaders => Is("return", "headers-only");
    public bool Merges => Is("resolution", "merge-duplicates");
    public bool Ignores => Is("resolution", "ignore-duplicates");
    public bool FillsDefaults => Is("missing", "default");
    public bool IsTried => Is("tx", "rollback");

    /// <summary>Rows that a write may change at most; asked for only by strict handling.</summary>
    public long? MaxAffected { get; private set; }

    public static PreferHeader Parse(IEnumerable<string?> headers)
    {
        var (preferences, unknown) = (new PreferHeader(), new List<string>());
        foreach (
            var token in headers.SelectMany(header =>
                (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            )
        )
        {
            var (name, value) = token.Split('=', 2) is [var left, var right] ? (left.Trim(), right.Trim()) : (token, "");
            if (name == "max-affected" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var most))
            {
                preferences.MaxAffected ??= most;
            }
            else if (Known.TryGetValue(name, out var values) && values.Contains(value))
            {
                preferences._given.TryAdd(name, value);
            }
            else
            {
                unknown.Add(token);
            }
        }

        preferences.MaxAffected = preferences.IsStrict ? preferences.MaxAffected : null;
        return unknown.Count > 0 && preferences.IsStrict
            ? throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST122",
                "Invalid preferences given with handling=strict",
                $"Invalid preferences: {string.Join(", ", unknown)}",
                $"Known preferences: {string.Join("; ", Known.Select(known => $"{known.Key}={string.Join('|', known.Value)}"))}; max-affected=NUMBER."
            )
            : preferences;
    }

    /// <summary>For <c>Preference-Applied</c>; null where there is nothing to say.</summary>
    /// <param name="names">Those that count for such a call.</param>
    public string? Applied(params IEnumerable<string> names)
    {
        var applied = names
            .Append("handling")
            .Where(_given.ContainsKey)
            .Select(name => $"{name}={_given[name]}")
            .Concat(MaxAffected is { } most && names.Contains("tx") ? [$"max-affected={most}"] : [])
            .ToList();
        return applied.Count == 0 ? null : string.Join(", ", applied);
    }

    private bool Is(string name, string value) => _given.GetValueOrDefault(name) == value;
}
