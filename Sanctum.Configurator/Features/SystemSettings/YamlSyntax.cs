using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// YAML: one flat mapping of plain values. It is read event by event and builds nothing, so that aliases, tags and deep nesting are
/// refused before they can cost anything.
/// </summary>
internal static class YamlSyntax
{
    private const int MaxDepth = 16;

    private const string NotYaml = "this is not valid YAML here. Put values that contain a colon, # or a quote in quotes.";

    public static string Write(IReadOnlyList<(string Column, string? Value)> values)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var yaml = new Emitter(text, new EmitterSettings().WithBestWidth(int.MaxValue));
        yaml.Emit(new StreamStart());
        yaml.Emit(new DocumentStart(null, null, isImplicit: true));
        yaml.Emit(
            new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, values.Count == 0 ? MappingStyle.Flow : MappingStyle.Block)
        );
        foreach (var (column, value) in values)
        {
            var style = value is null || SettingsFile.IsBare(column, value) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;
            yaml.Emit(new Scalar(column));
            yaml.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value ?? "null", style, isPlainImplicit: true, isQuotedImplicit: true));
        }

        yaml.Emit(new MappingEnd());
        yaml.Emit(new DocumentEnd(isImplicit: true));
        yaml.Emit(new StreamEnd());
        return text.ToString();
    }

    public static RawFile Read(string text)
    {
        var file = new RawFile();
        var yaml = new Parser(new Scanner(new StringReader(text), skipComments: true));
        try
        {
            ReadDocument(file, yaml);
        }
        catch (YamlException e)
        {
            file.Refuse((int)Math.Clamp(e.Start.Line, 1, int.MaxValue), NotYaml);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Some damaged texts (a "?" inside braces) bring YamlDotNet's scanner out of step instead of to a YamlException.
            file.Refuse(LineOf(yaml), NotYaml);
        }

        return file;
    }

    private static void ReadDocument(RawFile file, Parser yaml)
    {
        Next(yaml);
        if (Next(yaml) is StreamEnd or null)
        {
            return;
        }

        if (Next(yaml) is not MappingStart)
        {
            if (yaml.Current is not Scalar { Value: "", Style: ScalarStyle.Plain })
            {
                file.Refuse(LineOf(yaml), "the file must consist of lines such as \"setting: value\".");
            }

            return;
        }

        while (Next(yaml) is not (MappingEnd or null))
        {
            if (!ReadPair(file, yaml))
            {
                file.Refuse(LineOf(yaml), "this is nested too deeply. The rest of the file is skipped.");
                return;
            }
        }

        Next(yaml);
        if (Next(yaml) is DocumentStart)
        {
            file.Refuse(LineOf(yaml), "a second document begins here. It is skipped.");
        }
    }

    /// <returns>False where the reader must not go on.</returns>
    private static bool ReadPair(RawFile file, Parser yaml)
    {
        var line = LineOf(yaml);
        var key = yaml.Current is Scalar scalar && IsPlain(scalar) ? scalar.Value : null;
        if (key is null)
        {
            file.Refuse(line, "a key must be a plain word. Anchors, aliases, tags and nested keys are not supported.");
            if (!SkipNode(yaml))
            {
                return false;
            }
        }

        var value = Next(yaml);
        if (value is Scalar said && IsPlain(said))
        {
            if (key is not null)
            {
                file.Entries.Add(new(key, ValueOf(said), line));
            }

            return true;
        }

        if (key is not null)
        {
            file.Refuse(line, "a setting must be one plain value. Lists, nested keys, anchors, aliases and tags are not supported.", key);
        }

        return SkipNode(yaml);
    }

    private static bool IsPlain(Scalar scalar) => scalar.Anchor.IsEmpty && scalar.Tag.IsEmpty;

    private static string? ValueOf(Scalar scalar) =>
        scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" } ? null : scalar.Value;

    /// <summary>
    /// Goes to the end of the list or mapping that begins here; false where it is too deep, which costs the scanner dearly.
    /// </summary>
    private static bool SkipNode(Parser yaml)
    {
        var depth = 0;
        while (true)
        {
            depth +=
                yaml.Current is MappingStart or SequenceStart ? 1
                : yaml.Current is MappingEnd or SequenceEnd ? -1
                : 0;
            if (depth is <= 0 or > MaxDepth || Next(yaml) is null)
            {
                return depth <= MaxDepth;
            }
        }
    }

    private static ParsingEvent? Next(Parser yaml) => yaml.MoveNext() ? yaml.Current : null;

    private static int LineOf(Parser yaml) => (int)Math.Max(1, yaml.Current?.Start.Line ?? 1);
}
