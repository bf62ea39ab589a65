using System.Net.Http.Json;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// An operator looks at lists all day: one line a row at 1280 pixels with the menu open, and nothing cut that can't be seen.
/// </summary>
public sealed class RowsOfListsTests(BrowserRun run, RowsOfListsTests.FilledConsole console)
    : BrowserTest(run),
        IClassFixture<RowsOfListsTests.FilledConsole>
{
    private const double TallestRow = 45;

    /// <summary>From below the bar of the window to a list, in pixels.</summary>
    private const string HeightAbove =
        "list => list.getBoundingClientRect().top + scrollY - document.querySelector('.appbar').getBoundingClientRect().height";

    /// <summary>A fifth of the screen, and the line of the tabs.</summary>
    private const double MostAbove = 160 + 48;

    /// <summary>Their lists stand below a picture, what is wrong, what one thing is like, or whose values they show.</summary>
    private static readonly string[] BelowMore =
    [
        "/people/1",
        "/queue",
        "/scheduled-jobs/1",
        "/models",
        "/models?tab=usage",
        "/models?tab=prices",
        "/models?tab=limits",
        "/logs?tab=patterns&time=all",
        "/logs/retention",
        "/history",
        "/memories",
        "/configurations",
    ];

    /// <summary>What begins within its row and ends below it.</summary>
    private const string HalfSeen = """
        texts => texts.filter(text => {
            const [own, row] = [text, text.parentElement].map(element => element.getBoundingClientRect());
            return own.height > 0 && own.top < row.bottom - 0.5 && own.bottom > row.bottom + 1;
        }).map(text => text.textContent)
        """;

    private const string Rows = "table.table:not(.table-plain) > tbody > tr";

    private readonly BrowserRun _run = run;

    [Theory]
    [InlineData("/agents")]
    [InlineData("/tools?tab=all&view=table")]
    [InlineData("/plugins")]
    [InlineData("/people")]
    [InlineData("/people/1")]
    [InlineData("/messages")]
    [InlineData("/messages?q=server")]
    [InlineData("/memories")]
    [InlineData("/models")]
    [InlineData("/models?tab=usage")]
    [InlineData("/models?tab=prices")]
    [InlineData("/models?tab=limits")]
    [InlineData("/templates")]
    [InlineData("/scheduled-jobs")]
    [InlineData("/scheduled-jobs?tab=runs")]
    [InlineData("/scheduled-jobs/1")]
    [InlineData("/backups")]
    [InlineData("/backups/settings")]
    [InlineData("/notifications")]
    [InlineData("/notifications?tab=channels")]
    [InlineData("/users")]
    [InlineData("/configurations")]
    [InlineData("/configurations/history")]
    [InlineData("/system-settings/history")]
    [InlineData("/history")]
    [InlineData("/proposals")]
    [InlineData("/queue")]
    [InlineData("/graph?view=table")]
    [InlineData("/logs/alerts")]
    [InlineData("/logs/retention")]
    [InlineData("/logs/sources")]
    [InlineData("/logs?tab=patterns&time=all")]
    [InlineData("/account/api-keys")]
    [InlineData("/account/sessions")]
    public async Task A_row_is_one_line_on(string path)
    {
        var page = await console.GoToAsync(_run, path);
        await Expect(page.Locator(Rows).First).ToBeVisibleAsync();
        await Expect(page.Locator(".loading")).ToHaveCountAsync(0);

        var heights = await page.Locator(Rows).EvaluateAllAsync<double[]>("rows => rows.map(row => row.getBoundingClientRect().height)");
        Assert.True(heights.Max() <= TallestRow, $"The tallest of {heights.Length} rows has {heights.Max()} pixels.");
        Assert.Equal(1280, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Empty(await page.Locator(Rows).Locator(".one-line div.muted").EvaluateAllAsync<string[]>(HalfSeen));
        if (!BelowMore.Contains(path))
        {
            var above = await page.Locator("table.table:not(.table-plain)").First.EvaluateAsync<double>(HeightAbove);
            Assert.True(above <= MostAbove, $"The list begins {above:N0} pixels below the bar of the window.");
        }
    }

    [Fact]
    public async Task What_stands_behind_a_name_is_shown_as_far_as_it_can_be_read_or_not_at_all()
    {
        var page = await OpenAsync(console, "/scheduled-jobs");
        await Expect(page.Locator(Rows).First).ToBeVisibleAsync();

        var widths = await page.Locator(Rows)
            .Locator(".cell-heading .muted")
            .EvaluateAllAsync<double[]>("texts => texts.filter(text => text.offsetTop < 12).map(text => text.clientWidth)");
        Assert.All(widths, width => Assert.True(width >= 119, $"A description has {width} pixels."));
        Assert.Empty(
            await page.Locator(Rows)
                .Locator("td:not(.cell-heading) .muted")
                .EvaluateAllAsync<string[]>(
                    "texts => texts.filter(text => text.offsetTop < 12 && text.scrollWidth > text.clientWidth).map(text => text.textContent)"
                )
        );
    }

    [Fact]
    public async Task What_is_cut_is_told_by_its_title_and_shown_by_a_click()
    {
        var page = await OpenAsync(console, "/scheduled-jobs?tab=runs");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = FilledConsole.Long }).First;
        var message = row.GetByText(FilledConsole.Long);
        await message.HoverAsync();
        await Expect(message).ToHaveAttributeAsync("title", FilledConsole.Long);

        await message.ClickAsync();
        Assert.True((await row.BoundingBoxAsync())!.Height > TallestRow);
        await message.ClickAsync();
        Assert.True((await row.BoundingBoxAsync())!.Height <= TallestRow);
    }

    /// <summary>A console whose rows have more to say than a line has room for.</summary>
    public sealed class FilledConsole : BrowserConsole
    {
        public const string Long =
            "The Letta server did not answer within thirty seconds, and the next two tries failed in the same way; the agent was left as it was.";

        private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await Sqlite3.RunAsync(
                Path.Combine(Home, "registry.db"),
                $$"""
                INSERT INTO agents (name, description, status, letta_uid, config) VALUES
                    ('The assistant of the reading room', '{{Long}}', 'Degraded', 'agent-11111111-2222-4333-8444-555555555555', '{"model": "openai/gpt-4.1-mini-2025-04-14"}'), ('Monday', NULL, 'Off', NULL, NULL);
                INSERT INTO tools (name, description, emoji, category, status, tool_type, is_enabled) VALUES
                    ('Message a Letta agent of another house', '{{Long}}', '✉️', 'master', 'Healthy', 'service', 1), ('Broca', '{{Long}}', '📮', 'smcp', 'Degraded', 'service', 1);
                INSERT INTO tool_instances (tool_id, agent_id, name, config, status, is_active) VALUES (1, 1, 'Morning report of the reading room', '{}', 'Healthy', 1);
                INSERT INTO plugins (name, description, type, version, status, is_enabled) VALUES ('telegram_of_the_reading_room', '{{Long}}', 'broca', '1.4.0', 'Active', 1), ('web_search', NULL, 'mcp', '0.3.1', 'Error', 1);
                INSERT INTO configurations (key, value, type, scope, scope_id, description) VALUES
                    ('temperature_of_the_answers_in_the_reading_room', '{{Long}}', 'string', 'system', NULL, '{{Long}}'), ('temperature', '0.7', 'number', 'system', NULL, 'How freely agents answer');
                INSERT INTO templates (name, kind, description, content) VALUES ('A reader of papers', 'agent', '{{Long}}', '{}');
                INSERT INTO scheduled_jobs (name, description, cron_expression, time_zone, action, agent_id, is_enabled) VALUES
                    ('The nightly backup of everything in the house', '{{Long}}', '30 2 * * 1-5', 'America/Argentina/Buenos_Aires', 'backup', 1, 1), ('Sweep', NULL, '0 3 * * *', 'UTC', 'backup', NULL, 1);
                UPDATE scheduled_jobs SET status = 'Paused', paused_until = '2036-01-01 00:00:00' WHERE id = 2;
                INSERT INTO job_runs (job_id, job_name, action, outcome, due_at, queued_at, started_at, ended_at, milliseconds, attempt, message, triggered_by)
                    SELECT 1, 'The nightly backup of everything in the house', 'backup', CASE n % 3 WHEN 0 THEN 'succeeded' WHEN 1 THEN 'failed' ELSE 'timed_out' END,
                        '2026-11-' || (10 + n) || ' 02:30:00', '2026-11-' || (10 + n) || ' 02:30:00', '2026-11-' || (10 + n) || ' 02:30:00', '2026-11-' || (10 + n) || ' 02:30:40', 40123, 2, '{{Long}}', 'administrator of the house'
                    FROM (WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 8) SELECT n FROM n);
                INSERT INTO notifications (level, title, message, source, group_key, is_lasting, occurrences, read_at, read_by, resolved_at) VALUES
                    ('error', 'The Letta server can not be reached from this console', '{{Long}}', 'letta', 'a', 1, 41, NULL, NULL, NULL), ('warning', 'A backup is overdue', '{{Long}}', 'backups', 'b', 1, 2, '2026-11-21 09:00:00', 'administrator', '2026-11-21 09:00:00');
                INSERT INTO notification_channels (name, kind, config, is_enabled, min_level, quiet_from, quiet_until, failing_since, last_failed_at, last_failure) VALUES
                    ('The channel of the reading room', 'ntfy', '{"url": "https://ntfy.example.org/a-rather-long-topic-of-the-reading-room"}', 1, 'warning', '22:00', '07:00', '2026-11-21 09:00:00', '2026-11-21 09:00:00', '{{Long}}');
                INSERT INTO alerts (name, query, threshold, window_seconds, level, is_enabled, is_raised, last_checked_at, last_raised_at, last_count, last_failure) VALUES
                    ('Time-outs of the agents in the reading room', 'level:error source:agent "timeout after" AND NOT message:"tried again" AND agent:1', 10, 3600, 'error', 1, 1, '2026-11-21 09:00:00', '2026-11-21 09:00:00', 12, NULL);
                INSERT INTO proposals (key_name, title, reason, method, path, difference, state, expires_at, decided_by, decided_at) VALUES
                    ('The assistant of the reading room', 'configurations_rollback', '{{Long}}', 'POST', '/api/configurations/rollback', '{}', 'rejected', '2036-01-01 00:00:00', 'administrator of the house', '2026-11-21 09:00:00'),
                    ('athena', 'settings_update', '{{Long}}', 'PUT', '/api/settings', '{"changes": []}', 'pending', '2036-01-01 00:00:00', NULL, NULL);
                INSERT INTO backups (name, description, type, status, file_path, size_bytes, is_auto, failure) VALUES ('before-the-great-move-of-the-house', '{{Long}}', 'full', 'Failed', 'b.zip', 123456789, 0, '{{Long}}');
                INSERT INTO llm_config (user_id, type, model, base_url, active) VALUES (NULL, 'compatible', 'meta-llama/Llama-3.3-70B-Instruct-of-the-reading-room', 'https://models.of.the.reading.room.example.org/v1', 0);
                INSERT INTO llm_checks (config_id, checked_by, model, verdict, is_up, latency_ms, message, hint) SELECT id, 'administrator', model, 'model_missing', 0, 812, '{{Long}}', '{{Long}}' FROM llm_config;
                INSERT INTO llm_usage (type, model, user_id, input_tokens, output_tokens, cost_micros, total_ms, outcome) SELECT 'compatible', 'meta-llama/Llama-3.3-70B-Instruct-of-the-reading-room', id, 120345, 2345, NULL, 1234, 'rate_limited' FROM users LIMIT 1;
                INSERT INTO llm_prices (type, model, kind, valid_from, micros_per_million) VALUES ('compatible', 'meta-llama/Llama-3.3-70B-Instruct-of-the-reading-room', 'cached_read', '2026-11-01', 1234567);
                INSERT INTO llm_limits (user_id, period, max_tokens, max_cost_micros) SELECT id, 'month', 1000000000, 12345678 FROM users LIMIT 1;
                INSERT INTO log_files (path, format, source, is_on) VALUES ('/var/log/sanctum/a-folder-with-a-long-name/of-an-agent-in-the-reading-room/*.log', 'auto', 'agent', 1);
                INSERT INTO letta_users (display_name, custom_instructions, agent_preferences, hold_reason) VALUES ('The countess of the reading room and of the house beside it', '{{Long}}', '{"language": "en"}', '{{Long}}');
                INSERT INTO platform_profiles (letta_user_id, platform, platform_user_id, username, display_name, metadata) VALUES
                    (1, 'telegram', '471147114711', 'the_countess_of_the_reading_room', 'The countess of the reading room', '{"mail": "{{Long}}"}'), (1, 'email', 'countess.of.the.reading.room@library.example.org', NULL, NULL, NULL);
                INSERT INTO messages (letta_user_id, platform_profile_id, role, message, agent_response, agent_id, note) VALUES (1, 1, 'user', '{{Long}}', '{{Long}}', 1, '{{Long}}'), (1, 2, 'user', '<b>{{Long}}', NULL, 1, NULL);
                INSERT INTO queue (letta_user_id, message_id, status, agent_id, platform, failure, cause) VALUES (1, 1, 'done', 1, 'telegram', NULL, NULL), (1, 2, 'failed', 1, 'telegram', '{{Long}}', '{{Long}}');
                INSERT INTO memory_long_term (user_id, memory_type, content, scope, agent_id, status, held_because) SELECT id, 'preference', '{{Long}}', 'agent', 1, 'held', '{{Long}}' FROM users;
                UPDATE users SET name = 'Vera of the reading room', email = 'vera.of.the.reading.room@library.example.org', permissions = '["backups:make", "secrets:reveal", "logs:manage"]' WHERE username = 'vera';
                """
            );
            using var root = WithKey(FirstKey);
            await SendAsync(
                "/api/logs",
                Enumerable
                    .Range(1, 20)
                    .Select(number => new
                    {
                        level = number % 3 == 0 ? "error" : "info",
                        source = "agent",
                        message = $"request {4700 + number}: {Long}",
                    })
            );
            await SaveAsync(this, new { letta_server_address = "http://localhost", letta_server_port = 8283 });

            async Task SendAsync(string path, object body)
            {
                using var answer = await root.SendAsync(HttpMethod.Post, path, body);
                Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(Cancel)}");
            }
        }
    }
}
