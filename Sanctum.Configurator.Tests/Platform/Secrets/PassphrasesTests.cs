using System.Security.Cryptography;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Tests.Platform.Secrets;

public sealed class PassphrasesTests
{
    [Theory]
    [InlineData("battery staple", "battery staple")]
    [InlineData("  battery staple\u00a0\u200b\r\n", "battery staple")]
    [InlineData("Battery  Staple", "Battery  Staple")]
    public void Blanks_around_it_do_not_matter_and_all_else_does(string typed, string meant)
    {
        Assert.Equal(meant, Passphrases.FormOf(typed));
        Assert.Contains(typed, Passphrases.FormsOf(typed));
    }

    [Fact]
    public void What_was_locked_as_it_was_typed_still_opens()
    {
        const string Typed = " as it was typed ";
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8];

        var keys = PassphraseKeys.Of(Typed)!.KeysFor(salt, 1).ToList();

        Assert.Contains(Rfc2898DeriveBytes.Pbkdf2(Typed, salt, 1, HashAlgorithmName.SHA256, 32), keys);
    }

    [Fact]
    public void A_file_of_settings_opens_too()
    {
        var written = SettingsFile.Write(SettingsFormat.Env, [("openai_api_key", "sk-canary")], " battery staple horse ");

        var read = SettingsFile.Read(written, passphrase: "battery staple horse\n");

        Assert.Empty(read.Problems);
        Assert.Equal("sk-canary", Assert.Single(read.Entries).Value);
    }
}
