using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// Debian's dovecot and postfix on loopback ports of their own, with the mailboxes agent@example.com and ada@example.com, whose password is
/// <see cref="FakeMailServer.Password"/>. All that they keep is in one folder.
/// </summary>
public sealed class RealMail : IAsyncDisposable
{
    private const string Dovecot = "/usr/sbin/dovecot";
    private const string Postfix = "/usr/lib/postfix/sbin/master";

    private static readonly string[] Folders = ["mail", "state", "postfix", "spool", "data"];

    /// <summary>Sockets' names may be 100 letters long, so this is short.</summary>
    private readonly string _home = Directory.CreateTempSubdirectory("mail-").FullName;
    private readonly List<Process> _processes = [];

    public int ImapPort { get; } = FreePort();

    public int SmtpPort { get; } = FreePort();

    public static string? Missing =>
        !File.Exists(Dovecot) || !File.Exists(Postfix) ? "Debian's dovecot-imapd and postfix are not installed."
        : Environment.UserName != "root" ? "Dovecot and postfix start only as root."
        : null;

    public static async Task<RealMail> StartAsync()
    {
        var mail = new RealMail();
        await mail.WriteAsync();
        mail._processes.Add(Run(Dovecot, "-F", "-c", $"{mail._home}/dovecot.conf"));
        await Command.RunAsync("/usr/sbin/postfix", ["-c", $"{mail._home}/postfix", "check"]);
        mail._processes.Add(Run(Postfix, "-c", $"{mail._home}/postfix", "-d"));
        await Wait.UntilAsync(() => Answers(mail.ImapPort) && Answers(mail.SmtpPort));
        return mail;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            using (process)
            {
                await Command.RunAsync("/bin/kill", ["-TERM", $"{process.Id}"]);
                await process.WaitForExitAsync();
            }
        }

        Directory.Delete(_home, recursive: true);
    }

    private async Task WriteAsync()
    {
        string[] folders = [.. Folders.Select(name => $"{_home}/{name}")];
        Array.ForEach(folders, folder => Directory.CreateDirectory(folder));
        await Command.RunAsync("/bin/chmod", ["755", _home, .. folders]);
        await Command.RunAsync("/bin/chown", ["mail:mail", $"{_home}/mail"]);
        await Command.RunAsync("/bin/chown", ["postfix", $"{_home}/data"]);
        await File.WriteAllLinesAsync(
            $"{_home}/users",
            [$"agent@example.com:{{PLAIN}}{FakeMailServer.Password}", $"ada@example.com:{{PLAIN}}{FakeMailServer.Password}"]
        );
        await File.WriteAllTextAsync(
            $"{_home}/dovecot.conf",
            $$"""
            base_dir = {{_home}}/run
            state_dir = {{_home}}/state
            log_path = {{_home}}/dovecot.log
            protocols = imap
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            first_valid_uid = 1
            mail_location = maildir:{{_home}}/mail/%u
            passdb {
              driver = passwd-file
              args = {{_home}}/users
            }
            userdb {
              driver = static
              args = uid=mail gid=mail home={{_home}}/mail/%u
            }
            service imap-login {
              inet_listener imap {
                address = 127.0.0.1
                port = {{ImapPort}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service auth {
              unix_listener {{_home}}/auth {
                mode = 0666
              }
            }
            """
        );
        await File.WriteAllTextAsync(
            $"{_home}/postfix/main.cf",
            $$"""
            compatibility_level = 3.6
            queue_directory = {{_home}}/spool
            data_directory = {{_home}}/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            maillog_file_prefixes = {{_home}}
            maillog_file = {{_home}}/postfix.log
            inet_interfaces = loopback-only
            inet_protocols = ipv4
            myhostname = mx.example.com
            mydestination =
            mynetworks = 127.0.0.0/8
            alias_maps =
            virtual_mailbox_domains = example.com
            virtual_mailbox_base = {{_home}}/mail
            virtual_mailbox_maps = inline:{ agent@example.com=agent@example.com/, ada@example.com=ada@example.com/ }
            smtpd_reject_unlisted_recipient = no
            virtual_minimum_uid = 1
            virtual_uid_maps = static:8
            virtual_gid_maps = static:8
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = {{_home}}/auth
            smtpd_recipient_restrictions = permit_mynetworks, reject
            """
        );
        await File.WriteAllTextAsync(
            $"{_home}/postfix/master.cf",
            $"""
            127.0.0.1:{SmtpPort} inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            error unix - - n - - error
            retry unix - - n - - error
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd

            """
        );
    }

    private static Process Run(string file, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(file, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            }
        )!;

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
