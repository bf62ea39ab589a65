using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

public sealed class FindingSecretsTests
{
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

    [Theory]
    [InlineData("-H 'Authorization: Bearer abc.def'", "Authorization=abc.def")]
    [InlineData("-H 'authorization: raw'", "authorization=raw")]
    [InlineData("-u me:pw", "Authorization=bWU6cHc=")]
    [InlineData("--oauth2-bearer abc", "Authorization=abc")]
    [InlineData("-H 'X-Api-Key: abc' -H 'api-key: d' -H 'X-Auth-Token: e'", "X-Api-Key=abc api-key=d X-Auth-Token=e")]
    [InlineData("-b 'sid=abc; theme=dark'", "Cookie=sid=abc; theme=dark")]
    [InlineData("-H 'X-Other: ghp_abcdefghijklmnopqrst'", "GitHub token=ghp_abcdefghijklmnopqrst")]
    [InlineData("--url-query api_key=abc --url-query q=token --url-query key=d", "api_key=abc key=d")]
    [InlineData("-d 'user=a&password=p%40ss&max_tokens=5&grant_type=password'", "password=p%40ss")]
    [InlineData(
        "--json '{\"user\":\"a\",\"password\" : \"p\\\"q\",\"max_tokens\":5,\"n\":{\"clientSecret\":\"s\"}}'",
        "password=p\\\"q clientSecret=s"
    )]
    [InlineData("--json '[\"sk-abcdefghijklmnopqrstuv\", \"sk-short\"]'", "API key=sk-abcdefghijklmnopqrstuv")]
    [InlineData("--json '{\"a\":\"" + Jwt + "\"}'", "JSON Web Token=" + Jwt)]
    [InlineData("--json '{\"password\":\"grün\",\"b\":\"é\",\"token\":\"s\"}'", "password=grün token=s")]
    [InlineData("-F text=hello -F access_token=abc -F 'ü=xoxb-123456789012-abc'", "access_token=abc Slack token=xoxb-123456789012-abc")]
    [InlineData("-d plain -H 'Accept: text/plain' -H 'X-Request-Id: 1234567890'", "")]
    [InlineData("--json '{\"page_token\":\"x\",\"token_type\":\"y\",\"total_tokens\":\"z\"}'", "")]
    public void A_secret_is_found_where_it_stands(string options, string found)
    {
        var (request, _, secrets) = Assert.IsType<CurlReading.Understood>(CurlReading.Read($"curl http://a.example/ {options}"));

        Assert.Equal(
            found,
            string.Join(' ', secrets.Select(secret => $"{secret.Name}={TextOf(request, secret).Substring(secret.Start, secret.Length)}"))
        );
        Assert.DoesNotContain(secrets, secret => secret.IsVariable);
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/xyz", "T0/B0/xyz")]
    [InlineData(
        "https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuvwxyz012345678/sendMessage",
        "bot123456789:AAabcdefghijklmnopqrstuvwxyz012345678"
    )]
    [InlineData("https://a.example/?key=AIzaSyA0000000000000000000000000000000", "AIzaSyA0000000000000000000000000000000")]
    [InlineData("https://me:pw@a.example/", "")]
    public void A_secret_in_an_address_is_found(string url, string found)
    {
        var (request, _, secrets) = Assert.IsType<CurlReading.Understood>(CurlReading.Read($"curl '{url}'"));

        Assert.Equal(
            found,
            string.Join(
                ' ',
                secrets.Where(secret => secret.Place == CurlPlace.Url).Select(secret => request.Url.Substring(secret.Start, secret.Length))
            )
        );
    }

    [Theory]
    [InlineData("-H \"Authorization: Bearer $TOKEN\"")]
    [InlineData("-H 'X-Api-Key: YOUR_API_KEY'")]
    [InlineData("-H 'X-Api-Key: {{apiKey}}'")]
    [InlineData("-H 'X-Api-Key: <key>'")]
    [InlineData("--json '{\"token\":\"****\"}'")]
    public void A_place_for_a_secret_is_told_from_a_secret(string options)
    {
        var (_, _, secrets) = Assert.IsType<CurlReading.Understood>(CurlReading.Read($"curl http://a.example/ {options}"));

        Assert.True(Assert.Single(secrets).IsVariable);
    }

    [Fact]
    public void Nothing_of_a_secret_is_printed()
    {
        var reading = Assert.IsType<CurlReading.Understood>(
            CurlReading.Read(
                "curl 'http://me:hush-1@a.example/hush-2?token=hush-3' -H 'X-Key: hush-4' -b c=hush-5 -F password=hush-6 -H \"A: b\nhush-7\""
            )
        );

        Assert.DoesNotContain(
            "hush",
            $"{reading} {reading.Request.Body} {string.Join(' ', reading.Request.Headers)} {string.Join(' ', reading.Secrets)} "
                + $"{string.Join(' ', reading.Request.Body!.Parts)} {string.Join(' ', reading.Unsupported)}",
            StringComparison.Ordinal
        );
    }

    private static string TextOf(CurlRequest request, CurlSecret secret) =>
        secret.Place switch
        {
            CurlPlace.Header => request.Headers[secret.Header].Value,
            CurlPlace.Url => request.Url,
            _ => request.Body!.Text!,
        };
}
