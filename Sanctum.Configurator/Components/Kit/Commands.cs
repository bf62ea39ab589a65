namespace Sanctum.Configurator.Components.Kit;

/// <summary>An act the palette (Ctrl+K) offers while the page that registered it is shown.</summary>
/// <param name="Shortcut">Such as <c>mod+enter</c> or <c>n</c>; a single letter works outside of fields only.</param>
public sealed record Command(string Title, Func<Task> Run, string? Shortcut = null, string Icon = "arrow-right");

/// <summary>The acts that can be called by name now. A page registers its own and disposes what it got back.</summary>
public sealed class Commands
{
    private readonly List<Command> _all = [];

    internal event Action? Changed;

    internal IReadOnlyList<Command> All => _all;

    public IDisposable Register(params IReadOnlyList<Command> commands)
    {
        _all.AddRange(commands);
        Changed?.Invoke();
        return new Registration(this, commands);
    }

    private sealed class Registration(Commands owner, IReadOnlyList<Command> commands) : IDisposable
    {
        public void Dispose()
        {
            if (owner._all.RemoveAll(command => commands.Contains(command)) > 0)
            {
                owner.Changed?.Invoke();
            }
        }
    }
}
