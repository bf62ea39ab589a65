using Microsoft.AspNetCore.Components.Forms;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// A form while it is filled in and sent: what was refused at which field, what is said of the whole, and whether it is under way.
/// </summary>
public sealed class FormState : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private ValidationMessageStore _refusals = null!;

    public FormState(object form)
    {
        Closed = _closed.Token;
        Begin(form);
    }

    public EditContext Context { get; private set; } = null!;

    /// <summary>What is said of the whole form; null where there is nothing to say.</summary>
    public FormMessage? Message { get; private set; }

    public bool IsBusy { get; private set; }

    /// <summary>Cancelled when the form is closed.</summary>
    public CancellationToken Closed { get; }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    /// <summary>Starts anew with another form, or with other values in the same.</summary>
    public void Begin(object form)
    {
        Context = new(form);
        _refusals = new(Context);
        Context.OnValidationRequested += (_, _) => _refusals.Clear();
        Context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    /// <summary>
    /// The form is busy until this ends. What was said before is taken back, and what is cancelled by closing the form ends silently.
    /// </summary>
    public async Task RunAsync(Func<Task> act)
    {
        (IsBusy, Message) = (true, null);
        _refusals.Clear();
        try
        {
            await act();
        }
        catch (OperationCanceledException) when (Closed.IsCancellationRequested)
        {
            // The form was closed: there is nobody to tell.
        }
        finally
        {
            IsBusy = false;
        }
    }

    public void Say(string text, Tone tone = Tone.Bad, NoticeAction? action = null) => Message = new(text, tone, action);

    /// <summary>Puts each reason at the field that it names; what names none is said of the whole.</summary>
    public void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        var fields = reasons.Where(reason => Context.Model.GetType().GetProperty(reason.Key) is not null).ToList();
        foreach (var (field, reason) in fields)
        {
            _refusals.Add(Context.Field(field), reason);
        }

        Message = string.Join(' ', reasons.Except(fields).Select(reason => reason.Value)) is { Length: > 0 } whole
            ? new(whole, Tone.Bad)
            : null;
        Context.NotifyValidationStateChanged();
    }

    public void Refuse(string field, string reason) => Refuse(new Dictionary<string, string> { [field] = reason });

    /// <summary>What is wrong with a field, for inputs that can't name it by an expression.</summary>
    public string? ErrorOf(string field) => Context.GetValidationMessages(Context.Field(field)).FirstOrDefault();
}

/// <summary>What is said of a whole form, and what can be done about it.</summary>
public sealed record FormMessage(string Text, Tone Tone, NoticeAction? Action = null);
