namespace Sanctum.Configurator.Tests.House;

/// <summary>The picture in docs/architecture.md is drawn from the code. <c>build/house-picture</c> draws it anew.</summary>
public sealed class PictureOfTheHouseTests
{
    private static readonly string Picture = Path.Combine(Repository.Root, "docs", "architecture.svg");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_shows_the_code_as_it_is() =>
        Assert.True(
            await File.ReadAllTextAsync(Picture, Cancel) == Draw(),
            "docs/architecture.svg is not what the code says. Run build/house-picture, look at the picture, and commit it."
        );

    [Fact(Explicit = true, Timeout = 0)]
    public Task Draw_it_anew() => File.WriteAllTextAsync(Picture, Draw(), Cancel);

    private static string Draw() => new HousePicture(CodeMap.Read()).Draw();
}
