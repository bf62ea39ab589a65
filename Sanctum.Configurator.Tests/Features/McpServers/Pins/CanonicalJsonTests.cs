using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.McpServers.Pins;

namespace Sanctum.Configurator.Tests.Features.McpServers.Pins;

/// <summary>The one form of JSON, by the examples of RFC 8785 itself.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData(
        """{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""",
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
    )]
    [InlineData(
        """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"
    )]
    [InlineData(
        "[0,-0,0.0,1,-1,10,100000000000000000000,1e21,123456789012345680000,1e-6,1e-7]",
        "[0,0,0,1,-1,10,100000000000000000000,1e+21,123456789012345680000,0.000001,1e-7]"
    )]
    [InlineData(
        "[5e-324,1.7976931348623157e308,9007199254740993,295147905179352830000]",
        "[5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000]"
    )]
    [InlineData("[1e999]", "[1e999]")]
    [InlineData("""{ "a" : { } , "b" : [ ] }""", """{"a":{},"b":[]}""")]
    public void It_is_written_as_the_standard_says(string json, string expected) =>
        Assert.Equal(expected, CanonicalJson.Write(JsonNode.Parse(json)));
}
