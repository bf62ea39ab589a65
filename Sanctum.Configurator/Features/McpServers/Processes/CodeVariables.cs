namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>
/// Variables by which somebody makes an allowed program run code that nobody has allowed: libraries and modules that are loaded, options of
/// interpreters, commands that are run in the program's stead, and where packages come from.
/// </summary>
internal static class CodeVariables
{
    private static readonly string[] Prefixes =
    [
        "LD_",
        "DYLD_",
        "NPM_CONFIG_",
        "PIP_",
        "UV_",
        "BASH_FUNC_",
        "GIT_CONFIG",
        "CORECLR_",
        "COR_",
        "DOTNET_ROOT",
        "PERL5",
        "GEM_",
        "BUNDLE_",
        "YARN_",
        "COREPACK_",
        "BUN_",
        "CARGO_",
        "RUSTC",
        "LUA_",
        "OPENSSL_",
        "XDG_",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        // What is found and loaded.
        "PATH",
        "HOME",
        "GCONV_PATH",
        "LOCPATH",
        "GLIBC_TUNABLES",
        "NODE_OPTIONS",
        "NODE_PATH",
        "NODE_REPL_EXTERNAL_MODULE",
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "PYTHONUSERBASE",
        "PYTHONPLATLIBDIR",
        "PYTHONWARNINGS",
        "PYTHONBREAKPOINT",
        "RUBYOPT",
        "RUBYLIB",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",
        "JAVA_OPTS",
        "JAVA_HOME",
        "CLASSPATH",
        "DOTNET_STARTUP_HOOKS",
        "DOTNET_ADDITIONAL_DEPS",
        "DOTNET_SHARED_STORE",
        "PHPRC",
        "PHP_INI_SCAN_DIR",
        "GOFLAGS",
        "GOPROXY",
        "GOTOOLCHAIN",
        "DENO_DIR",
        "VIRTUAL_ENV",
        // What a shell runs.
        "ENV",
        "BASH_ENV",
        "SHELL",
        "SHELLOPTS",
        "BASHOPTS",
        "PS4",
        "PROMPT_COMMAND",
        "IFS",
        "CDPATH",
        // What is run in its stead.
        "EDITOR",
        "VISUAL",
        "PAGER",
        "MANPAGER",
        "LESSOPEN",
        "LESSCLOSE",
        "BROWSER",
        "SSH_ASKPASS",
        "GIT_ASKPASS",
        "GIT_EDITOR",
        "GIT_SEQUENCE_EDITOR",
        "GIT_PAGER",
        "GIT_EXEC_PATH",
        "GIT_EXTERNAL_DIFF",
        "GIT_PROXY_COMMAND",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_TEMPLATE_DIR",
    };

    public static bool Has(string variable) =>
        Names.Contains(variable) || Prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
