using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.LogFiles;

/// <summary>How the lines of a followed file are written.</summary>
public enum LogFileFormat
{
    /// <summary>Each line says it by its looks.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary><c>[2026-01-01 12:00:00] [🔵 INFO] name: message</c></summary>
    [JsonStringEnumMemberName("broca")]
    Broca,

    /// <summary><c>2026-07-08 15:21:07,215 - name - LEVEL - message</c>, as Python's logging writes it.</summary>
    [JsonStringEnumMemberName("smcp")]
    Smcp,

    /// <summary>What <c>journalctl -o json</c> writes.</summary>
    [JsonStringEnumMemberName("journald")]
    Journald,

    /// <summary>Each line is a message.</summary>
    [JsonStringEnumMemberName("text")]
    Text,
}
