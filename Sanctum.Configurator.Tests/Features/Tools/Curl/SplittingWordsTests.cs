using System.Text;
using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

public sealed class SplittingWordsTests
{
    [Theory]
    [InlineData("a  b\tc", "a|b|c")]
    [InlineData("'a b'c\"d e\"", "a bcd e")]
    [InlineData("\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d")]
    [InlineData("a\\ b '' \"\"", "a b||")]
    [InlineData("a \\\n b \\\r\n c", "a|b|c")]
    [InlineData("a\r\n", "a")]
    [InlineData("a # b", "a")]
    [InlineData("a#b", "a#b")]
    [InlineData("$'a\\tb\\x41\\101\\u00e9\\U0001F600'", "a\tbAAé😀")]
    [InlineData("$'\\xc3\\xa9'", "é")]
    [InlineData("$'\\ud83d\\ude00'", "😀")]
    [InlineData("$'it\\'s' x", "it's|x")]
    [InlineData("$\"a b\"", "a b")]
    [InlineData("a 2>/dev/null b > c", "a|b")]
    [InlineData("a \\", "a")]
    public void A_POSIX_shell_gives(string line, string words) => Assert.Equal(words, Split(line));

    [Theory]
    [InlineData("curl ^\"http://a/?b^=c^&d^\" ^\n  -d ^\"^{^\\^\"a^\\^\":1^}^\"", "curl|http://a/?b=c&d|-d|{\"a\":1}")]
    [InlineData("curl \"http://a/?b=c&d\" ^\r\n  -H \"A: b\"", "curl|http://a/?b=c&d|-H|A: b")]
    [InlineData("C:\\Users\\me> curl -d \"{\"\"a\"\":1}\" http://a", "curl|-d|{\"a\":1}|http://a")]
    [InlineData("curl ^\"a^\n\nb^\"", "curl|a\nb")]
    [InlineData("curl ^\"C:\\\\x\\y\\\\^\"", "curl|C:\\x\\y\\")]
    public void The_command_prompt_gives(string line, string words) => Assert.Equal(words, Split(line));

    [Theory]
    [InlineData("curl 'http://a' `\n  -H \"A: `\"b`\"\" `\r\n -d 'it''s'", "curl|http://a|-H|A: \"b\"|-d|it's")]
    [InlineData("PS C:\\> curl.exe -d '{\\\"a\\\":1}' http://a", "curl.exe|-d|{\"a\":1}|http://a")]
    [InlineData("PS> curl.exe -d '{\"a\":\"\\\"x\\\"\"}' http://a", "curl.exe|-d|{\"a\":\"\\\"x\\\"\"}|http://a")]
    public void PowerShell_gives(string line, string words) => Assert.Equal(words, Split(line));

    [Theory]
    [InlineData("$ curl http://a", "curl|http://a")]
    [InlineData("  > curl http://a", "curl|http://a")]
    [InlineData("me@host:~/x$ curl http://a", "curl|http://a")]
    [InlineData("$ curl http://a \\\n> -d b", "curl|http://a|-d|b")]
    [InlineData("# how to\ncurl http://a", "curl|http://a")]
    public void A_prompt_in_front_is_no_word(string line, string words) => Assert.Equal(words, Split(line));

    [Theory]
    [InlineData("curl $TOKEN", "curl|$TOKEN", "$TOKEN is a shell variable")]
    [InlineData("curl \"a ${X:-y z} b\"", "curl|a ${X:-y z} b", "${X:-y z} is a shell variable")]
    [InlineData("curl \"$(cat 'x y')\"", "curl|$(cat 'x y')", "$(cat 'x y') is a shell command and is not run")]
    [InlineData("curl `date +%s`", "curl|`date +%s`", "`date +%s` is a shell command")]
    [InlineData("curl *.txt", "curl|*.txt", "* outside quotes is a pattern")]
    [InlineData("curl {a,b}", "curl|{a,b}", "A shell makes several words of {a,b}")]
    [InlineData("curl ~/x", "curl|~/x", "~ is a folder on your machine")]
    [InlineData("curl <(echo a)", "curl|<(echo a)", "<(…) is a shell command")]
    [InlineData("curl a | jq .", "curl|a", "| jq . is for the shell")]
    [InlineData("curl a && rm b", "curl|a", "&& rm b is for the shell")]
    [InlineData("curl a; rm b", "curl|a", "; rm b is for the shell")]
    [InlineData("curl a > out.json", "curl|a", "> sends the output to a file")]
    [InlineData("curl -d @- <<EOF\nx\nEOF", "curl|-d|@-", "<< hands text to curl's input")]
    [InlineData("curl http://a/?b=c&d=e", "curl|http://a/?b=c", "put the address in quotes")]
    [InlineData("curl a\n-H b", "curl|a", "has no \\ at its end")]
    [InlineData("curl a \\ \n -H b", "curl|a|-H|b", "A blank stands behind the \\")]
    [InlineData("curl ^\"%TOKEN%^\"", "curl|%TOKEN%", "%TOKEN% is a variable of the command prompt")]
    [InlineData("curl `\n $env:KEY", "curl|$env:KEY", "$env:KEY is a variable or a command of PowerShell")]
    public void What_a_shell_would_do_more_is_named(string line, string words, string sentence)
    {
        var notes = new CurlNotes();

        Assert.Equal(words, Split(line, notes));
        Assert.Contains(notes.Sentences, note => note.Contains(sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("curl http://a/?b=c -d 'x * $y {a,b} ~ `z`' -d {} -d a*b://c")]
    [InlineData("curl ^\"http://a/%20b%20c^\"")]
    public void What_is_no_expansion_is_not_named(string line)
    {
        var notes = new CurlNotes();
        ShellTokenizer.Split(line, notes);

        Assert.Empty(notes.Sentences);
    }

    [Theory]
    [InlineData("curl 'abc", 5, "single quote at character 6")]
    [InlineData("curl -d \"abc", 8, "double quote at character 9")]
    [InlineData("curl $'abc\\'", 5, "$' at character 6")]
    [InlineData("curl $(abc", 5, "$( at character 6")]
    [InlineData("curl ^\"abc", 6, "double quote at character 7")]
    [InlineData("PS> curl 'abc", 9, "quote at character 10")]
    public void What_nothing_closes_is_refused_with_its_place(string line, int position, string sentence)
    {
        var (_, fault) = ShellTokenizer.Split(line, new());

        Assert.Equal(position, fault!.Position);
        Assert.Contains(sentence, fault.Reason, StringComparison.Ordinal);
    }

    /// <summary>Quotes as a browser does for the command prompt, and reads back.</summary>
    [Theory]
    [InlineData("plain")]
    [InlineData("{\"a\": \"b\\\\c\", \"d\": \"100% & <e> | ^f\"}")]
    [InlineData("C:\\path\\\"quoted\"\\")]
    [InlineData("line\nbreak")]
    [InlineData("%20 grün 😀 it's $5 `x`")]
    public void What_a_browser_quotes_for_the_command_prompt_comes_back(string value)
    {
        var quoted = new StringBuilder();
        foreach (var letter in value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
        {
            quoted.Append(
                letter == '\n' ? "^\n\n"
                : char.IsAsciiLetterOrDigit(letter) || " _-:=+~'/.,?;()*`".Contains(letter, StringComparison.Ordinal) || letter > 0x7f
                    ? $"{letter}"
                : $"^{letter}"
            );
        }

        Assert.Equal($"curl|{value}", Split($"curl ^\"{quoted}^\""));
    }

    private static string Split(string line, CurlNotes? notes = null)
    {
        var (words, fault) = ShellTokenizer.Split(line, notes ?? new());
        Assert.Null(fault);
        return string.Join('|', words.Select(word => Octets.FindText(word.Octets)));
    }
}
