using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Tests.Platform.Secrets;

/// <summary>A secret is taken out of what others say, in each form in which it may be repeated.</summary>
public sealed class HidingSecretsTests
{
    /// <summary>SAP/jenkins-library 2289, azure-pipelines-agent 5030, yc-software/qm 80, actions/runner 291.</summary>
    [Theory]
    [InlineData("pa ss/w\"ord&é")]
    [InlineData("sk-0123456789abcdef")]
    [InlineData("abcdefgh")]
    public void Each_form_is_hidden(string secret)
    {
        var hidden = new HiddenSecrets([secret]);
        string[] said =
        [
            secret,
            Uri.EscapeDataString(secret),
            System.Net.WebUtility.UrlEncode(secret),
            JsonValue.Create(secret).ToJsonString(),
            Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)),
            Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{secret}\n")),
        ];

        Assert.All(said, text => Assert.Contains("••••", hidden.Hide($"it was {text}, wasn't it"), StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_within_JSON_are_looked_through_and_the_rest_stays()
    {
        var hidden = new HiddenSecrets(["the-secret"]);
        hidden.Add("another-one");

        var shown = hidden.Hide(JsonNode.Parse("""{"a": [1, "x the-secret", {"b": "another-one"}], "c": null, "d": true}"""));

        Assert.Equal(
            """{"a":[1,"x ••••",{"b":"••••"}],"c":null,"d":true}""",
            System.Text.RegularExpressions.Regex.Unescape(shown!.ToJsonString())
        );
    }

    [Fact]
    public void A_secret_that_is_a_part_of_another_leaves_nothing_of_it()
    {
        Assert.Equal("•••• ••••", new HiddenSecrets(["the-key", "the-key-and-more", ""]).Hide("the-key-and-more the-key"));
    }
}
