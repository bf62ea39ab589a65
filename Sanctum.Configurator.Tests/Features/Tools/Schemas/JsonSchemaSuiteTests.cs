using System.Text.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools.Schemas;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Schemas;

/// <summary>
/// The JSON Schema Test Suite, draft 2020-12, as data beside the repository. A schema is refused only for what the guide says is not
/// understood; what is not refused is checked as the suite says.
/// </summary>
public sealed class JsonSchemaSuiteTests
{
    private static readonly string Folder = Path.Combine("shared", "data", "json-schema-suite", "draft2020-12");

    /// <summary>Keywords that the guide names as not understood, and references to other documents.</summary>
    private static readonly string[] Refusable =
    [
        "/$dynamicRef",
        "/unevaluatedProperties",
        "/unevaluatedItems",
        "/$ref",
        "/$id",
        "/$schema",
    ];

    /// <summary>In the draft a format is a remark; here it is checked, as the draft allows, and the optional part says how.</summary>
    private static readonly string[] LeftOut = ["format.json"];

    [Fact]
    public void The_mandatory_part_is_right_or_refused_by_name() => Check(Files("."), LeftOut);

    [Theory]
    [InlineData("ecmascript-regex.json")]
    [InlineData("non-bmp-regex.json")]
    [InlineData("bignum.json")]
    [InlineData("float-overflow.json")]
    [InlineData("format/uri.json")]
    [InlineData("format/uri-reference.json")]
    [InlineData("format/ipv4.json")]
    [InlineData("format/ipv6.json")]
    [InlineData("format/date.json")]
    [InlineData("format/time.json")]
    [InlineData("format/date-time.json")]
    [InlineData("format/duration.json")]
    [InlineData("format/uuid.json")]
    [InlineData("format/regex.json")]
    [InlineData("format/ecmascript-regex.json")]
    [InlineData("format/json-pointer.json")]
    [InlineData("format/relative-json-pointer.json")]
    [InlineData("format/unknown.json")]
    public void Of_the_optional_part_regular_expressions_numbers_and_formats_are_right(string file) =>
        Check([.. Files("optional").Where(each => each.EndsWith($"optional/{file}", StringComparison.Ordinal))], []);

    private static List<string> Files(string below)
    {
        var one = Npm.FindAbove(Path.Combine(Folder, "type.json"));
        Assert.SkipWhen(one is null, "The JSON Schema Test Suite is not there: shared/data/json-schema-suite beside the repository.");
        var root = Path.GetDirectoryName(one)!;
        return
        [
            .. Directory
                .EnumerateFiles(
                    Path.Combine(root, below),
                    "*.json",
                    below == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void Check(List<string> files, string[] leftOut)
    {
        var (wrong, checkedCount) = (new List<string>(), 0);
        foreach (var file in files.Where(file => !leftOut.Contains(Path.GetFileName(file))))
        {
            using var groups = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var group in groups.RootElement.EnumerateArray())
            {
                var (schema, problems) = ConfigSchema.Read(group.GetProperty("schema").GetRawText());
                var place = $"{Path.GetFileName(file)}: {group.GetProperty("description").GetString()}";
                if (schema is null)
                {
                    wrong.AddRange(
                        problems
                            .Where(problem => !Refusable.Any(name => problem.Path.EndsWith(name, StringComparison.Ordinal)))
                            .Select(problem => $"{place}: refused at {problem.Path}: {problem.Message}")
                    );
                    continue;
                }

                // A back reference is refused by name.
                foreach (
                    var test in group
                        .GetProperty("tests")
                        .EnumerateArray()
                        .Where(test => !test.GetProperty("description").GetString()!.Contains("backreference", StringComparison.Ordinal))
                )
                {
                    checkedCount++;
                    var found = schema.Check(test.GetProperty("data"));
                    if ((found.Count == 0) != test.GetProperty("valid").GetBoolean())
                    {
                        wrong.Add($"{place}: {test.GetProperty("description").GetString()}: {JsonSerializer.Serialize(found)}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {checkedCount} are wrong.\n{string.Join('\n', wrong)}");
        Assert.True(checkedCount > 0, "Nothing was checked.");
    }
}
