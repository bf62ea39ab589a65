namespace Sanctum.Configurator.Features.Users;

/// <summary>Reads a password for a command: hidden and twice from a terminal, one line from anything else.</summary>
/// <param name="keys">The next key that is pressed, shown nowhere; null where no terminal is at the other end.</param>
public sealed class TypedPassword(TextReader input, Func<ConsoleKeyInfo>? keys = null)
{
    /// <summary>The standard input of this process.</summary>
    public static TypedPassword OfThisProcess()
    {
        if (Console.IsInputRedirected)
        {
            return new(Console.In);
        }

        // Asked before any prompt is written: from now on the terminal shows nothing by itself, however fast somebody types.
        _ = Console.KeyAvailable;
        return new(Console.In, () => Console.ReadKey(intercept: true));
    }

    /// <exception cref="InvalidOperationException">None came, or the two differ.</exception>
    public async Task<string> ReadAsync(TextWriter prompts, CancellationToken cancel)
    {
        if (keys is null)
        {
            return await input.ReadLineAsync(cancel) is { Length: > 0 } line
                ? line
                : throw new InvalidOperationException("No password on standard input. Pipe one line into the command, or use --generate.");
        }

        var password = await AskAsync("New password: ", keys, prompts);
        return await AskAsync("The new password again: ", keys, prompts) == password
            ? password
            : throw new InvalidOperationException("The passwords don't match. Nothing was changed. Run the command again.");
    }

    private static async Task<string> AskAsync(string prompt, Func<ConsoleKeyInfo> keys, TextWriter prompts)
    {
        await prompts.WriteAsync(prompt);
        await prompts.FlushAsync();
        var typed = new StringBuilder();
        for (var key = keys(); key.Key != ConsoleKey.Enter; key = keys())
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        await prompts.WriteLineAsync();
        return typed.ToString();
    }
}
