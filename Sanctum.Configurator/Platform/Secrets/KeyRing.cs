using System.Buffers.Text;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Sanctum.Configurator.Platform.Secrets;

/// <summary>The keys that this console has.</summary>
public sealed class KeyRing(IKeyManager keys)
{
    /// <summary>Data Protection's payloads begin with a mark of four bytes and the id of the key that sealed them.</summary>
    private const int MarkBytes = 4;

    private const int IdBytes = 16;

    /// <summary>
    /// Whether the key is here that sealed this text, as <see cref="SecretBox"/> writes it. It may have been moved or damaged all the same.
    /// </summary>
    public bool HasKeyOf(string sealedText)
    {
        var text = sealedText.AsSpan(SecretBox.Prefix.Length);
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        var payload = Base64Url.DecodeFromChars(text);
        return payload.Length >= MarkBytes + IdBytes
            && keys.GetAllKeys().Any(key => key.KeyId == new Guid(payload.AsSpan(MarkBytes, IdBytes)));
    }
}
