namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>A field of -F before it becomes a part. Strings are <see cref="Octets"/>.</summary>
internal sealed record CurlField(
    string? Name,
    string Content,
    string? FileName,
    string? Type,
    string? Coding,
    IReadOnlyList<string> Headers
);

/// <summary>
/// The fields of -F and --form-string, read as curl's formparse does: <c>name=content;type=…;filename=…;headers=…;encoder=…</c>, with the
/// content and each value in double quotes or not. Files are named and leave no field.
/// </summary>
internal sealed class CurlForm
{
    private const string Misread = "The field has no =. Use -F name=value.";

    private readonly List<CurlField> _fields = [];

    public IReadOnlyList<CurlField> Fields => _fields;

    /// <summary>There is an -F, even if its fields were all files.</summary>
    public bool IsAny { get; private set; }

    /// <summary>--form-escape: a backslash before quotes in names, not percent signs.</summary>
    public bool UsesBackslashes { get; set; }

    public string? AddLiteral(CurlUse use)
    {
        IsAny = true;
        if (use.Value.IndexOf('=', StringComparison.Ordinal) is not (>= 0 and var mark))
        {
            return Misread;
        }

        _fields.Add(new(NameOf(use.Value, mark), use.Value[(mark + 1)..], null, null, null, []));
        return null;
    }

    public string? Add(CurlUse use, CurlNotes notes)
    {
        IsAny = true;
        if (use.Value.IndexOf('=', StringComparison.Ordinal) is not (>= 0 and var mark))
        {
            return Misread;
        }

        var name = NameOf(use.Value, mark);
        var rest = use.Value[(mark + 1)..];
        if (rest is ['@' or '<', ..])
        {
            notes.Add(CurlData.FileSentence($"{use.Spelled} {use.Value}"));
            return null;
        }

        if (rest.StartsWith('(') || (name is null && rest == ")"))
        {
            notes.Add("A multipart body inside another, as -F '=(' begins one, is not supported: its fields become fields of the whole.");
            return null;
        }

        var reader = new FieldReader(rest, notes);
        if (!reader.Read())
        {
            return "The ;type= of the field is not a type such as text/plain. Correct it.";
        }

        _fields.Add(new(name, reader.Content, reader.FileName, reader.Type, reader.Coding, reader.Headers));
        return null;
    }

    private static string? NameOf(string value, int mark) => mark == 0 ? null : value[..mark];
}
