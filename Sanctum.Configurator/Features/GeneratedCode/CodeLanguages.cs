namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>What is known of the languages that blocks of code name.</summary>
internal static class CodeLanguages
{
    private static readonly Dictionary<string, (string Name, string Extension)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["html"] = ("HTML", "html"),
        ["htm"] = ("HTML", "html"),
        ["svg"] = ("SVG", "svg"),
        ["css"] = ("CSS", "css"),
        ["scss"] = ("SCSS", "scss"),
        ["less"] = ("Less", "less"),
        ["js"] = ("JavaScript", "js"),
        ["javascript"] = ("JavaScript", "js"),
        ["mjs"] = ("JavaScript", "mjs"),
        ["jsx"] = ("JSX", "jsx"),
        ["ts"] = ("TypeScript", "ts"),
        ["typescript"] = ("TypeScript", "ts"),
        ["tsx"] = ("TSX", "tsx"),
        ["vue"] = ("Vue", "vue"),
        ["svelte"] = ("Svelte", "svelte"),
        ["json"] = ("JSON", "json"),
        ["yaml"] = ("YAML", "yaml"),
        ["yml"] = ("YAML", "yml"),
        ["toml"] = ("TOML", "toml"),
        ["xml"] = ("XML", "xml"),
        ["md"] = ("Markdown", "md"),
        ["markdown"] = ("Markdown", "md"),
        ["py"] = ("Python", "py"),
        ["python"] = ("Python", "py"),
        ["sql"] = ("SQL", "sql"),
        ["sh"] = ("Shell", "sh"),
        ["bash"] = ("Shell", "sh"),
        ["shell"] = ("Shell", "sh"),
        ["powershell"] = ("PowerShell", "ps1"),
        ["cs"] = ("C#", "cs"),
        ["c#"] = ("C#", "cs"),
        ["csharp"] = ("C#", "cs"),
        ["razor"] = ("Razor", "razor"),
        ["c"] = ("C", "c"),
        ["cpp"] = ("C++", "cpp"),
        ["c++"] = ("C++", "cpp"),
        ["java"] = ("Java", "java"),
        ["kotlin"] = ("Kotlin", "kt"),
        ["swift"] = ("Swift", "swift"),
        ["go"] = ("Go", "go"),
        ["rust"] = ("Rust", "rs"),
        ["rs"] = ("Rust", "rs"),
        ["ruby"] = ("Ruby", "rb"),
        ["rb"] = ("Ruby", "rb"),
        ["php"] = ("PHP", "php"),
        ["dockerfile"] = ("Dockerfile", "dockerfile"),
        ["diff"] = ("Difference", "diff"),
    };

    /// <summary>As people write it; the word itself where nobody knows it.</summary>
    public static string NameOf(string language) => Known.TryGetValue(language, out var known) ? known.Name : language;

    public static string FileNameOf(string? component, string? language) =>
        FileNames.Of(
            component,
            "code",
            language is not null && Known.TryGetValue(language, out var known) ? known.Extension : "txt",
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'
        );
}
