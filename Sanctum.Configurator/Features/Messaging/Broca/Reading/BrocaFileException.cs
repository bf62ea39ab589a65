namespace Sanctum.Configurator.Features.Messaging.Broca.Reading;

/// <summary>Why a database is refused, in a sentence that quotes nothing of it.</summary>
internal sealed class BrocaFileException(string reason) : Exception(reason);
