namespace Sanctum.Configurator.Tests;
public class T { [Fact] public void X() { using var b = new Bunit.BunitContext(); Assert.NotNull(b.Services); } }
