using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Files;

public sealed class OperatorFilesTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("sanctum-paths-").FullName;
    private readonly OperatorFiles _files;

    public OperatorFilesTests()
    {
        Directory.CreateDirectory(Path.Combine(Data, "keys"));
        File.WriteAllText(Path.Combine(Data, "registry.db"), "secret");
        File.WriteAllText(Path.Combine(Data, "registry.db-shm"), "secret");
        File.WriteAllText(Path.Combine(Data, "keys", "key.xml"), "secret");
        File.WriteAllText(InHome("ok.log"), "ok");
        Directory.CreateSymbolicLink(InHome("folder"), Data);
        File.CreateSymbolicLink(InHome("link"), Path.Combine(Data, "registry.db"));
        File.CreateSymbolicLink(InHome("link-to-link"), InHome("link"));
        File.CreateSymbolicLink(InHome("a"), InHome("b"));
        File.CreateSymbolicLink(InHome("b"), InHome("a"));
        File.CreateSymbolicLink(InHome("to-proc"), "/proc/self/status");
        _files = new(Data);
    }

    private string Data => InHome("data");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("data/registry.db")]
    [InlineData("data/../data/registry.db")]
    [InlineData("data/keys/key.xml")]
    [InlineData("data")]
    [InlineData("folder")]
    [InlineData("folder/registry.db-shm")]
    [InlineData("link")]
    [InlineData("link-to-link")]
    [InlineData("a")]
    [InlineData("a/below")]
    [InlineData("to-proc")]
    [InlineData("ok.log\0.txt")]
    [InlineData("/proc/self/status")]
    [InlineData("/proc/self/root/etc/hostname")]
    [InlineData("/proc/thread-self/cwd")]
    [InlineData("/sys/kernel/mm")]
    [InlineData("/dev/null")]
    [InlineData("/dev/stdin")]
    public void What_a_path_must_not_lead_to_is_refused(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets a file be looked at before it is opened.");

        Assert.NotNull(_files.RefusalOf(Path.Combine(_home, path)));
        Assert.Throws<PathRefusedException>(() => _files.OpenRead(Path.Combine(_home, path)));
    }

    [Fact]
    public void A_second_name_of_a_file_of_the_console_is_refused()
    {
        HardLink.Create(InHome("innocent.log"), Path.Combine(Data, "registry.db"));
        HardLink.Create(InHome("key.log"), Path.Combine(Data, "keys", "key.xml"));

        Assert.NotNull(_files.RefusalOf(InHome("innocent.log")));
        Assert.NotNull(_files.RefusalOf(InHome("key.log")));
    }

    [Fact]
    public void A_file_that_this_process_has_open_is_not_reached_by_its_number()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc on this system.");
        using var open = File.OpenHandle(Path.Combine(Data, "registry.db"));

        Assert.NotNull(_files.RefusalOf($"/proc/self/fd/{open.DangerousGetHandle()}"));
        Assert.NotNull(_files.RefusalOf($"/proc/{Environment.ProcessId}/fd/{open.DangerousGetHandle()}"));
        File.CreateSymbolicLink(InHome("to-fd"), $"/proc/self/fd/{open.DangerousGetHandle()}");
        Assert.NotNull(_files.RefusalOf(InHome("to-fd")));
    }

    [Fact]
    public void A_link_that_is_turned_after_the_look_leads_nowhere_else()
    {
        File.CreateSymbolicLink(InHome("turned"), InHome("ok.log"));
        using var found = _files.Find(InHome("turned"))!;
        File.Delete(InHome("turned"));
        File.CreateSymbolicLink(InHome("turned"), Path.Combine(Data, "registry.db"));

        using var reader = new StreamReader(new FileStream(found.Open(), FileAccess.Read));
        Assert.Equal("ok", reader.ReadToEnd());
        Assert.Throws<PathRefusedException>(() => _files.OpenRead(InHome("turned")));
    }

    [Fact]
    public void Other_files_are_opened_and_only_those_that_lie_where_they_should()
    {
        using var open = _files.OpenRead(InHome("ok.log"), _home);
        Assert.Equal(2, open.Length);

        Assert.Null(_files.Find(InHome("nothing")));
        Assert.Throws<FileNotFoundException>(() => _files.OpenRead(InHome("nothing")));
        Assert.Throws<PathRefusedException>(() => _files.OpenRead(InHome("ok.log"), Data));
        Assert.Throws<PathRefusedException>(() => _files.OpenRead(_home));
    }

    [Fact]
    public void On_the_command_line_all_but_databases_and_keys_is_read()
    {
        Assert.Throws<IOException>(() => _files.OpenTyped(InHome("link")));
        Assert.Throws<IOException>(() => _files.OpenTyped(Path.Combine(Data, "keys", "key.xml")));
        using var open = _files.OpenTyped("/dev/null");
        Assert.Equal(-1, open.ReadByte());
    }

    private string InHome(string name) => Path.Combine(_home, name);
}
