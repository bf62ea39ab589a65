using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>Whatever is pasted is read or refused, quickly, and what comes out can be sent.</summary>
public sealed class ReadingAnythingTests(ITestOutputHelper output)
{
    private const int Inputs = 200_000;

    [Fact]
    public void Of_200_000_inputs_each_is_answered_within_50_ms()
    {
        var commands = new FuzzedCommands(0x9E3779B97F4A7C15);
        var (slowest, understood) = (TimeSpan.Zero, 0);
        for (var number = 0; number < Inputs; number++)
        {
            var command = commands.Next();
            var (reading, took) = Read(command);
            AssertSound(reading, command);
            slowest = took > slowest ? took : slowest;
            understood += reading is CurlReading.Understood ? 1 : 0;
        }

        output.WriteLine($"The slowest took {slowest.TotalMilliseconds:N2} ms; {understood} of {Inputs} were understood.");
        Assert.InRange(understood, Inputs / 10, Inputs);
    }

    [Fact]
    public void The_longest_inputs_are_answered_within_50_ms_too()
    {
        var slowest = (Took: TimeSpan.Zero, Command: "");
        foreach (var command in FuzzedCommands.Longest(CurlReading.MostCharacters))
        {
            var (reading, took) = Read(command);
            AssertSound(reading, command);
            slowest = took > slowest.Took ? (took, command[..40]) : slowest;
        }

        output.WriteLine($"The slowest took {slowest.Took.TotalMilliseconds:N2} ms: {slowest.Command}");
    }

    [Fact]
    public void What_is_too_long_is_refused_unread()
    {
        var refused = Assert.IsType<CurlReading.Refused>(CurlReading.Read(new('a', CurlReading.MostCharacters + 1)));

        Assert.Contains($"{CurlReading.MostCharacters} characters", refused.Reason, StringComparison.Ordinal);
    }

    private static (CurlReading Reading, TimeSpan Took) Read(string command) =>
        Within50Ms.Run(() => CurlReading.Read(command), () => $"{command.Length} characters that begin {command[..Math.Min(command.Length, 200)]}");

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
