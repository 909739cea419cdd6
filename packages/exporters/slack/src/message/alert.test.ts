import { describe, expect, it } from 'vitest'
import { alert } from '../alert.fixture.ts'
import { createCompose } from '../compose.ts'
import { render } from '../render.fixture.ts'

const compose = createCompose({ links: [], mention: {} })

describe('the message of an alert', () => {
  it('says at a glance what, how bad, how much, since when, who, and what to do', () => {
    const timeline = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 6]
    expect(
      render(compose.full(alert({ 'lacuna.evidence.timeline': timeline }), true)),
    ).toMatchInlineSnapshot(`
      "# 🔵 LOW · Azure OpenAI Insecure Output Handling

      contoso-support-chat answers with nothing: 10 of 28 chat completions within 60m came back empty.

      | *Group* \`azure.resource.name\`: \`contoso-support-chat\`
      | *Matches*: *10 of 28* (36 %), threshold 10
      | *Window*: 2026-09-14 08:21:10 – 09:21:10 UTC (sliding 60m)
      | *First and last seen*: 2026-09-14 09:12:04 – 09:21:10 UTC (9m5s)

      *Over the window* \`▁▁▁▁▁▁▁▁▁▃▅█\` at most 6 in 5m

      | *Accounts*: \`2f1c0b7e-3d0e-4f57-9a6e-2b9d1a0f6a11\`
      | *Callers*: \`203.0.113.***\`, \`198.51.100.***\`
      | *Deployments*: \`gpt-4o-prod\`
      | *Models*: \`gpt-4o\`
      | *Stream types*: \`Non-Streaming\`
      | *Request bytes*: min 120, median 532, p95 812, max 10,440

      *Sample correlation ids*
      \`2bf911f3-05ac-4385-9280-bade9d47981a\`, \`7d0c5f5e-1a0b-4a57\`

      Look first
      1. See how often and since when this resource answers with nothing, and whether that is new for it.
      2. Look for a pattern in the request lengths: crafted input tends to be alike.

      What to do
      1. Cut the resource off from what it could harm.
      2. Tell its owners.

      ~ Risk 21 · episode \`9bc17bb2d8f34c2f8e5a0d5a2f9f6a01\` · LINK(https://genai.owasp.org/llmrisk/llm02-insecure-output-handling)"
    `)
  })

  it('shows less once it is over', () => {
    const over = alert(
      { 'lacuna.alert.status': 'resolved', 'lacuna.alert.peak': 23 },
      'contoso-support-chat answers again: fewer than 5 empty chat completions within 60m, 23 at the worst.',
    )
    expect(render(compose.full(over, false))).toMatchInlineSnapshot(`
      "# ✅ RESOLVED · was LOW · Azure OpenAI Insecure Output Handling

      contoso-support-chat answers again: fewer than 5 empty chat completions within 60m, 23 at the worst.

      | *Group* \`azure.resource.name\`: \`contoso-support-chat\`
      | *Matches*: *10 of 28* (36 %), threshold 10, peak 23
      | *Last window over the threshold*: 2026-09-14 08:21:10 – 09:21:10 UTC (sliding 60m)
      | *First and last seen*: 2026-09-14 09:12:04 – 09:21:10 UTC (9m5s)

      | *Accounts*: \`2f1c0b7e-3d0e-4f57-9a6e-2b9d1a0f6a11\`
      | *Callers*: \`203.0.113.***\`, \`198.51.100.***\`
      | *Deployments*: \`gpt-4o-prod\`
      | *Models*: \`gpt-4o\`
      | *Stream types*: \`Non-Streaming\`
      | *Request bytes*: min 120, median 532, p95 812, max 10,440

      *Sample correlation ids*
      \`2bf911f3-05ac-4385-9280-bade9d47981a\`, \`7d0c5f5e-1a0b-4a57\`

      ~ Risk 21 · episode \`9bc17bb2d8f34c2f8e5a0d5a2f9f6a01\` · LINK(https://genai.owasp.org/llmrisk/llm02-insecure-output-handling)"
    `)
    expect(render(compose.reply(over))).toMatchInlineSnapshot(`
      "✅ *Resolved* \`contoso-support-chat\` at 2026-09-14 09:21:10 UTC

      *Last window over the threshold* 2026-09-14 08:21:10 – 09:21:10 UTC (sliding 60m)
      *Matches then* *10 of 28* (36 %), threshold 10, peak 23
      *Seen* 2026-09-14 09:12:04 – 09:21:10 UTC (9m5s)

      contoso-support-chat answers again: fewer than 5 empty chat completions within 60m, 23 at the worst."
    `)
  })

  it('is one line among many', () => {
    const digest = compose.digest([
      alert(),
      alert({ 'lacuna.alert.severity': 'critical', 'azure.resource.name': 'fabrikam-bot' }),
      alert({ 'lacuna.alert.status': 'resolved', 'azure.resource.name': null }),
    ])
    expect(render(digest)).toMatchInlineSnapshot(`
      "# 🔴 CRITICAL · 3 alerts at once, 1 of them resolved

      🔴 CRITICAL \`fabrikam-bot\` *10 of 28* (36 %), threshold 10 · Azure OpenAI Insecure Output Handling
      🔵 LOW \`contoso-support-chat\` *10 of 28* (36 %), threshold 10 · Azure OpenAI Insecure Output Handling
      ✅ RESOLVED _none_ *10 of 28* (36 %), threshold 10 · Azure OpenAI Insecure Output Handling"
    `)
  })
})
