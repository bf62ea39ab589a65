using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.GeneratedCode;

namespace Sanctum.Configurator.Tests.Features.GeneratedCode;

/// <summary>What is too long for a prompt is cut so that it is JSON still.</summary>
public sealed class ShorteningDesignFilesTests
{
    [Fact]
    public void What_is_short_is_in_one_line_and_what_is_no_JSON_is_nothing()
    {
        Assert.Equal("""{"a":[1,null,"ü"]}""", DesignFiles.Shorten("{ \"a\": [1, null, \"ü\"] }"));
        Assert.Null(DesignFiles.Shorten("{"));
        Assert.Null(DesignFiles.Shorten(null));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(400)]
    [InlineData(5_000)]
    public void What_is_long_says_how_much_is_left_out(int most)
    {
        var components = new JsonArray([
            .. Enumerable
                .Range(0, 500)
                .Select(at => (JsonNode)new JsonObject { ["name"] = $"Component{at}", ["about"] = new string('x', 900) }),
        ]);
        var json = new JsonObject { ["components"] = components, ["last"] = 1 }.ToJsonString();

        var shortened = DesignFiles.Shorten(json, most)!;

        Assert.True(shortened.Length <= most + 200, $"{shortened.Length}");
        Assert.NotNull(JsonNode.Parse(shortened));
        Assert.Contains(ShortJson.Omitted, shortened, StringComparison.Ordinal);
    }
}
