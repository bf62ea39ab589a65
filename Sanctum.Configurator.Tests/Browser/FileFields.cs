using Microsoft.Playwright;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Fields for files, which are shown a moment before the page hears of what is chosen.</summary>
internal static class FileFields
{
    /// <summary>Nobody opens the dialog for files and chooses one within that moment.</summary>
    public static async Task<ILocator> OnceItTakesFilesAsync(this ILocator field)
    {
        await field.Page.WaitForFunctionAsync("field => '_blazorInputFileNextFileId' in field", await field.ElementHandleAsync());
        return field;
    }
}
