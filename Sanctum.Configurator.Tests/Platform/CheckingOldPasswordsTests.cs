using Sanctum.Configurator.Platform.Passwords;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class CheckingOldPasswordsTests
{
    /// <summary>Made by other programs: OpenBSD's own, its tests', and crypt(3).</summary>
    [Theory]
    [InlineData("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.")]
    [InlineData("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")]
    [InlineData("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("Grüße, Jürgen ñ", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.2htFw6hckMusXzOBNNv9B8hT9GRzt1a")]
    [InlineData("changeme123", "$2b$04$abcdefghijklmnopqrstuuPPm22GIbgoO1yGP1vOwEYuadGW2Qp2m")]
    public void The_right_password_opens_a_known_hash(string password, string hash)
    {
        Assert.True(Bcrypt.Verify(password, hash));
        Assert.False(Bcrypt.Verify(password + "x", hash));
    }

    [Fact]
    public void Of_a_long_password_the_first_72_bytes_count()
    {
        const string Hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.4eQhVFG83RE7Ujg6.w.JlWjHZKEWAHC";

        Assert.True(Bcrypt.Verify(new('y', 80), Hash));
        Assert.True(Bcrypt.Verify(new('y', 72), Hash));
        Assert.False(Bcrypt.Verify(new('y', 71), Hash));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n")]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA")]
    public void What_is_no_hash_of_bcrypt_has_no_cost(string? hash) => Assert.Null(Bcrypt.CostOf(hash));

    [Fact]
    public void A_hash_that_would_hang_the_console_is_not_checked()
    {
        const string Dear = "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

        Assert.Equal(31, Bcrypt.CostOf(Dear));
        Assert.False(Bcrypt.Verify("U*U", Dear));
    }
}
