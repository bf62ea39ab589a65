using System.Diagnostics;

namespace Sanctum.Configurator.Tests.House;

/// <summary>What the README tells a newcomer to type is there to be typed.</summary>
public sealed class ReadmeCommandsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dotnet run --project Sanctum.Configurator")]
    [InlineData("dotnet test")]
    public async Task The_README_names_the_command(string command)
    {
        var readme = Path.Combine(Repository.Root, "README.md");
        Assert.SkipUnless(File.Exists(readme), "There is no README.md.");

        Assert.Contains(command, await File.ReadAllTextAsync(readme, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_project_that_it_runs_is_there_and_so_is_its_program()
    {
        Assert.True(File.Exists(Path.Combine(Repository.Product, "Sanctum.Configurator.csproj")));
        var home = Directory.CreateTempSubdirectory("sanctum-readme-").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "migrate", "status"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = home,
            };
            start.Environment["DATABASE_URL"] = "";
            start.Environment["Sanctum__DataDirectory"] = home;
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);

            Assert.Equal(0, process.ExitCode);
            Assert.StartsWith("registry  pending", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
