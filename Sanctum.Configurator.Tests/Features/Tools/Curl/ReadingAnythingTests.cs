using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>
/// Whatever is pasted is read or refused, and what comes out can be sent. A command that is read for ever ends the test by its deadline.
/// </summary>
public sealed class ReadingAnythingTests
{
    private static readonly int Inputs = Thorough.Or(10_000, 200_000);

    [Fact]
    public void Each_of_many_inputs_is_read_or_refused()
    {
        var commands = new FuzzedCommands(0x9E3779B97F4A7C15);
        var understood = 0;
        for (var number = 0; number < Inputs; number++)
        {
            var command = commands.Next();
            var reading = CurlReading.Read(command);
            AssertSound(reading, command);
            understood += reading is CurlReading.Understood ? 1 : 0;
        }

        Assert.InRange(understood, Inputs / 10, Inputs);
    }

    [Fact]
    public void The_longest_inputs_are_read_or_refused_too()
    {
        foreach (var command in FuzzedCommands.Longest(CurlReading.MostCharacters))
        {
            AssertSound(CurlReading.Read(command), command);
        }
    }

    [Fact]
    public void What_is_too_long_is_refused_unread()
    {
        var refused = Assert.IsType<CurlReading.Refused>(CurlReading.Read(new('a', CurlReading.MostCharacters + 1)));

        Assert.Contains($"{CurlReading.MostCharacters} characters", refused.Reason, StringComparison.Ordinal);
    }

    private static void AssertSound(CurlReading reading, string command)
    {
        if (reading is CurlReading.Refused refused)
        {
            Assert.InRange(refused.Position, 1, command.Length + 1);
            Assert.NotEmpty(refused.Reason);
            return;
        }

        var (request, unsupported, secrets) = Assert.IsType<CurlReading.Understood>(reading);
        Assert.True(Uri.TryCreate(request.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https", command);
        Assert.True(request.Headers.All(header => header.Name.Length > 0 && header.Value.AsSpan().IndexOfAny("\r\n\0") < 0), command);
        Assert.DoesNotContain("", unsupported);
        Assert.NotEmpty(reading.ToString());
        foreach (var secret in secrets)
        {
            var length = secret.Place switch
            {
                CurlPlace.Header => request.Headers[secret.Header].Value.Length,
                CurlPlace.Url => request.Url.Length,
                _ => request.Body!.Text?.Length ?? request.Body.Bytes.Length,
            };
            Assert.True(secret.Length > 0 && secret.Start >= 0 && secret.Start + secret.Length <= length, command);
        }
    }
}
