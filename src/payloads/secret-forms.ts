/**
 * What gives a secret away by its form alone, in JSON text: behind `\n` a word begins too. What a
 * pattern captures stays. Each is a pass of its own, since most of them begin with letters that are
 * looked for faster than an alternative of all. What may repeat has a bound where it can begin anew
 * inside itself: a stranger's text must not be looked at over and over.
 */
export const SECRET_FORMS = {
  'key of Anthropic, OpenAI, OpenRouter or DeepSeek': form(/()sk-[\w-]{20,}/),
  'key of Cerebras': form(/()csk-[a-z0-9]{30,}/),
  'key of Groq': form(/()gsk_[A-Za-z0-9]{30,}/),
  'key of xAI': form(/()xai-[A-Za-z0-9]{30,}/),
  'id of an AWS key': form(/()(?:AKIA|ASIA)[A-Z0-9]{16}\b/),
  'secret of an AWS key': /(secret_?access_?key[\s"'\\:=]{1,16})[A-Za-z0-9/+]{40}/gi,
  'key of Google': form(/()AIza[\w-]{35}/),
  'token of GitHub': form(/()gh[opusr]_[A-Za-z0-9]{36,}/),
  'fine-grained token of GitHub': form(/()github_pat_\w{22,}/),
  'token of GitLab': form(/()glpat-[\w-]{20,}/),
  'token of Slack': form(/()xox[abeoprs]-[\w-]{10,}/),
  'token of npm': form(/()npm_[A-Za-z0-9]{36}/),
  'token of Hugging Face': form(/()hf_[A-Za-z0-9]{30,}/),
  'live key of Stripe': form(/()[rs]k_live_[A-Za-z0-9]{16,}/),
  'bearer token': form(/([Bb]earer )[\w.~+/=-]{16,}/),
  'JSON web token': form(/()eyJ[\w-]{8,2048}\.eyJ[\w-]{8,}\.[\w-]{8,}/),
  'password in a URL': /(:\/\/[^\s:@/"\\]{1,64}:)[^\s@/"\\]{3,256}(?=@)/g,
  /** One that is not shown to its end goes to the end of its string. */
  'private key':
    /()-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[^"'`<>(){}]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|(?=\\{0,64}["'`<>(){}])|$)/g,
} as const satisfies Record<string, RegExp>

function form({ source }: RegExp): RegExp {
  return new RegExp(String.raw`(?:(?<=\\[nrt])|\b)${source}`, 'g')
}

const FORMS = Object.values(SECRET_FORMS)

/** Puts `***` for everything in a JSON text that looks like a secret. */
export function withoutSecretForms(text: string): string {
  return FORMS.reduce((clean, form) => clean.replace(form, '$1***'), text)
}
