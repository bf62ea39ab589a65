using Sanctum.Configurator.Platform.Passwords;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class ChoosingAPasswordTests
{
    [Theory]
    [InlineData("short-one-1", "at least 12")]
    [InlineData("password1234", "common")]
    [InlineData("P@ssw0rd12345", "common")]
    [InlineData("letmeinletmein", "common")]
    [InlineData("qwertyuiop123", "run of neighbouring keys")]
    [InlineData("asdfghjkl;'zx", "run of neighbouring keys")]
    [InlineData("1qaz2wsx3edc", "common")]
    [InlineData("aaaaaaaaaaaa", "repeats itself")]
    [InlineData("abcdefghijkl", "sequence")]
    [InlineData("the river of lovelace", "your name \"Lovelace\"")]
    [InlineData("x-ADA.L-correct-horse", "your name")]
    [InlineData("countess and the horse", "your name \"countess\"")]
    public void A_bad_password_is_refused_with_its_reason(string password, string reason)
    {
        var refusal = PasswordRules.Refuse(password, "ada.l", "Ada Lovelace", "countess@example.org");

        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("a quiet harbour at dawn")]
    [InlineData("k3Jd9sQ0pLx2")]
    public void A_good_password_is_taken_without_asking_for_kinds_of_characters(string password) =>
        Assert.Null(PasswordRules.Refuse(password, "ada.l", "Ada Lovelace", "countess@example.org"));

    [Fact]
    public void A_password_of_128_characters_is_taken_and_of_129_refused()
    {
        var text = string.Concat(Enumerable.Repeat("harbour dawn 7 ", 10));

        Assert.Null(PasswordRules.Refuse(text[..128]));
        Assert.Contains("at most 128", PasswordRules.Refuse(text[..129]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_two_letters_does_not_count_as_contained() =>
        Assert.Null(PasswordRules.Refuse("a quiet harbour at dawn", "ad", "Da Wn"));
}
