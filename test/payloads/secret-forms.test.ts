import { describe, expect, test } from 'bun:test'
import { SECRET_FORMS, withoutSecretForms } from '../../src/payloads/secret-forms.ts'

const x = (length: number) => 'x7Q'.repeat(length).slice(0, length)
const lines = Array.from({ length: 3 }, () => x(64)).join('\n')

/** Of each form some that must go; what is before and behind `|` stays. */
const SECRETS: Record<keyof typeof SECRET_FORMS, string[]> = {
  'key of Anthropic, OpenAI, OpenRouter or DeepSeek': [
    `|sk-ant-api03-${x(80)}_-AA|`,
    `|sk-ant-oat01-${x(80)}|`,
    `|sk-proj-${x(40)}|`,
    `|sk-or-v1-${'0a'.repeat(32)}|`,
    `|sk-${'0a'.repeat(16)}|`,
  ],
  'key of Cerebras': [`|csk-${'a1'.repeat(24)}|`],
  'key of Groq': [`|gsk_${x(52)}|`],
  'key of xAI': [`|xai-${x(80)}|`],
  'id of an AWS key': ['|AKIAIOSFODNN7EXAMPLE|', '|ASIAIOSFODNN7EXAMPLE|'],
  'secret of an AWS key': [
    `aws_secret_access_key = |${x(40)}|`,
    `AWS_SECRET_ACCESS_KEY=|${x(40)}|`,
    `"SecretAccessKey": "|${x(40)}|"`,
  ],
  'key of Google': [`?key=|AIza${x(35)}|&q=1`],
  'token of GitHub': [`|ghp_${x(36)}|`, `|gho_${x(36)}|`, `|ghs_${x(36)}|`],
  'fine-grained token of GitHub': [`|github_pat_${x(22)}_${x(59)}|`],
  'token of GitLab': [`|glpat-${x(20)}|`],
  'token of Slack': [`|xoxb-1234567890-${x(24)}|`],
  'token of npm': [`|npm_${x(36)}|`],
  'token of Hugging Face': [`|hf_${x(34)}|`],
  'live key of Stripe': [`|sk_live_${x(24)}|`, `|rk_live_${x(24)}|`],
  'bearer token': [
    `Authorization: Bearer |${x(24)}.~+/=|`,
    `-H 'authorization: bearer |${x(40)}|'`,
  ],
  'JSON web token': [`|eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${x(43)}|`],
  'password in a URL': ['postgres://shop:|p%40ss.word!|@db.internal:5432/shop'],
  'private key': [
    `|-----BEGIN RSA PRIVATE KEY-----\n${lines}\n-----END RSA PRIVATE KEY-----|\nand more`,
    `|-----BEGIN PRIVATE KEY-----\r\n${lines}\r\n-----END PRIVATE KEY-----|`,
    `|-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${lines}|`,
    `const key = "|-----BEGIN OPENSSH PRIVATE KEY-----\\n${x(64)}|" // the rest is elsewhere`,
  ],
}
const FORMS = Object.entries(SECRETS)

const clean = (said: string) => JSON.parse(withoutSecretForms(JSON.stringify({ said }))).said

describe.each(FORMS)('a %s', (_, examples) => {
  test.each(examples)('%j', (example) => {
    const [before = '', secret = '', behind = ''] = example.split('|')
    const expected = `${before}***${behind}`
    expect(clean(before + secret + behind)).toBe(expected)
    expect(clean(`Look:\n${before}${secret}${behind}`)).toBe(`Look:\n${expected}`)
    expect(clean(JSON.stringify(`\t${before}${secret}${behind}`))).toBe(
      JSON.stringify(`\t${expected}`),
    )
  })
})

test('all there are have examples', () => {
  expect(Object.keys(SECRETS)).toEqual(Object.keys(SECRET_FORMS))
})

test('what only resembles a secret stays', () => {
  const innocent = [
    'task-management-system-with-a-long-name',
    'Keys begin with sk-ant-, ids of AWS with AKIA.',
    'Send it as Authorization: Bearer TOKEN.',
    'http://localhost:3000/@scope/package',
    'ssh://git@github.com/ada/shop.git',
    'An armoured key begins with -----BEGIN CERTIFICATE-----',
    'toolu_01ABCDEFGHIJKLMNOPQRSTUV',
    'user_0123456789abcdef_account__session_7d1c2f0a-6a35-4d0e-9a53-0d7d3e6f1b52',
    JSON.stringify({ device_id: 'be'.repeat(32), session_id: 'a' }),
    'EqoBCkYIBxgCKkDq'.repeat(20),
  ]
  for (const text of innocent) expect(clean(text)).toBe(text)
})

// A pattern that goes back over what it has seen would take minutes for one of these.
test.each([
  ['a key without an end, and backslashes', `-----BEGIN PRIVATE KEY-----${'\\'.repeat(500_000)}x`],
  ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'.repeat(20_000)],
  ['beginnings of web tokens', 'eyJaaaaaaaa-'.repeat(40_000)],
  ['beginnings of passwords', '://ada:'.repeat(70_000)],
])('%s hold nobody up', (_, text) => {
  expect(withoutSecretForms(text).length).toBeGreaterThan(0)
})
