using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>What <see cref="FormFrame"/> needs of a dialog, whatever its form is.</summary>
public abstract class FormDialog : ComponentBase, IDisposable
{
    internal FormState State { get; private protected set; } = null!;

    internal bool IsSubmitting { get; private protected set; }

    [CascadingParameter]
    private protected IMudDialogInstance Shown { get; set; } = null!;

    /// <summary>Cancelled when the dialog is closed. What is saved is saved whether or not anybody waits for it.</summary>
    protected CancellationToken Closed => State.Closed;

    public void Dispose()
    {
        State.Dispose();
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    internal abstract Task SubmitAsync();

    internal virtual void Cancel() => Shown.Cancel();

    protected virtual void Dispose(bool isDisposing) { }

    /// <summary>Closes with an answer, unless somebody has closed it meanwhile.</summary>
    protected void Close(object? answer)
    {
        if (!Closed.IsCancellationRequested)
        {
            Shown.Close(answer);
        }
    }

    protected string? ErrorOf(string field) => State.ErrorOf(field);

    /// <summary>The dialog is busy until this ends.</summary>
    protected async Task RunAsync(Func<Task> act)
    {
        var running = State.RunAsync(act);
        StateHasChanged();
        try
        {
            await running;
        }
        finally
        {
            if (!Closed.IsCancellationRequested)
            {
                StateHasChanged();
            }
        }
    }
}

/// <summary>
/// A dialog that fills in a form and sends it. It stays open while the service refuses; where somebody else was faster, it shows their
/// values
/// and those that were typed in turn, and saves whichever are shown.
/// </summary>
/// <typeparam name="TForm">What is filled in.</typeparam>
/// <typeparam name="TSaved">What the service tells of the thing that was saved.</typeparam>
public abstract class FormDialog<TForm, TSaved> : FormDialog
    where TForm : class, new()
{
    /// <summary>Counted up by each who saves: the one value of a form that nobody typed.</summary>
    private const string Version = "Version";

    [Parameter]
    public TForm Form { get; set; } = new();

    /// <summary>Leaves the dialog open and says nothing: one step was done, or what is wrong is said already.</summary>
    protected static Outcome<TSaved> NotYet { get; } = new Outcome<TSaved>.Invalid(new Dictionary<string, string>());

    /// <summary>What kind of thing it is, such as "agent".</summary>
    protected abstract string Thing { get; }

    internal sealed override async Task SubmitAsync()
    {
        IsSubmitting = true;
        try
        {
            await RunAsync(async () => Finish(await SaveAsync()));
        }
        finally
        {
            IsSubmitting = false;
        }
    }

    protected override void OnInitialized() => Begin();

    protected override Task OnInitializedAsync() => OnFilledAsync();

    /// <summary>Sends the form.</summary>
    protected abstract Task<Outcome<TSaved>> SaveAsync();

    /// <summary>What the dialog answers when it is saved; null leaves it open.</summary>
    protected virtual object? Answer(TSaved saved) => saved;

    /// <summary>The form as it would be opened now, for whoever was overtaken; null where the thing is gone.</summary>
    /// <param name="current">The thing as it is now.</param>
    protected virtual Task<TForm?> FindTheirsAsync(TSaved current) => Task.FromResult<TForm?>(null);

    /// <summary>The form has been given values: what the dialog keeps beside it follows.</summary>
    protected virtual void OnFilled() { }

    /// <summary>What has to be read for it.</summary>
    protected virtual Task OnFilledAsync() => Task.CompletedTask;

    /// <summary>Puts what was typed as text into the form, before it is checked.</summary>
    protected virtual void ReadTyped() { }

    protected virtual void OnFieldChanged(string field) { }

    protected virtual void Refuse(IReadOnlyDictionary<string, string> reasons) => State.Refuse(reasons);

    /// <summary>Says how something else than saving ended; gives its value where it ended well.</summary>
    protected T? Take<T>(Outcome<T> outcome)
        where T : class
    {
        switch (outcome)
        {
            case Outcome<T>.Ok done:
                return done.Value;
            case Outcome<T>.Invalid refused:
                Refuse(refused.Reasons);
                return null;
            case Outcome<T>.NotFound:
                SayDeleted();
                return null;
            default:
                State.Say(outcome.ProblemWith($"this {Thing}")!);
                return null;
        }
    }

    /// <summary>The same where it is what the dialog was for: answers with what is made of the value.</summary>
    protected Outcome<TSaved> Take<T>(Outcome<T> outcome, Func<T, TSaved> answer)
        where T : class => Take(outcome) is { } value ? new Outcome<TSaved>.Ok(answer(value)) : NotYet;

    private void Finish(Outcome<TSaved> outcome)
    {
        switch (outcome)
        {
            case Outcome<TSaved>.Ok done when Answer(done.Value) is { } answer:
                Close(answer);
                break;
            case Outcome<TSaved>.Invalid refused when refused.Reasons.Count > 0:
                Refuse(refused.Reasons);
                break;
            case Outcome<TSaved>.Conflict stale:
                State.Say(
                    $"Somebody else changed this {Thing} while you had it open.",
                    Tone.Warning,
                    new("Show theirs", () => CompareAsync(stale.Current))
                );
                break;
            case Outcome<TSaved>.NotFound:
                SayDeleted();
                break;
        }
    }

    private void SayDeleted() => State.Say($"This {Thing} has been deleted.");

    private Task CompareAsync(TSaved current) =>
        RunAsync(async () =>
        {
            if (await FindTheirsAsync(current) is { } theirs)
            {
                await ShowAsync(FormValues.Of(theirs), FormValues.Of(Form).Without(Version), areTheirs: true);
            }
            else
            {
                SayDeleted();
            }
        });

    private Task ShowAsync(FormValues shown, FormValues others, bool areTheirs)
    {
        shown.WriteTo(Form);
        Begin();
        State.Say(
            areTheirs ? "These are the current values." : "These are your values. Saving them replaces the other person's changes.",
            Tone.Neutral,
            new(areTheirs ? "Show mine" : "Show theirs", () => RunAsync(() => ShowAsync(others, shown.Without(Version), !areTheirs)))
        );
        return OnFilledAsync();
    }

    private void Begin()
    {
        if (State is null)
        {
            State = new(Form);
        }
        else
        {
            State.Begin(Form);
        }

        State.Context.OnValidationRequested += (_, _) => ReadTyped();
        State.Context.OnFieldChanged += (_, change) => OnFieldChanged(change.FieldIdentifier.FieldName);
        OnFilled();
    }
}

/// <summary>Nothing is filled in: the dialog only asks whether.</summary>
public sealed class NoForm;
