import type { Outcome } from '../src/errors.ts'

/** A failure that says in words of its own what is wrong. */
export interface Situation {
  words: RegExp
  /** Where the words alone could mean something else. */
  outcomes?: readonly Outcome[]
  advice: string
}

/** The first one that fits counts. */
export const SITUATIONS: readonly Situation[] = [
  // AWS: credentials
  {
    words: /token .*expired|token is expired|sso session|aws sso login|ExpiredToken/i,
    outcomes: ['credential'],
    advice:
      'The AWS login has run out. Run `aws sso login`, with `--profile` if `providers.{provider}.profile_name` names one; no restart is needed.',
  },
  {
    words: /no AWS credentials|could not load credentials/i,
    advice:
      'Run `aws sso login` or `aws configure` and name the profile in `providers.{provider}.profile_name`, or set `AWS_BEARER_TOKEN_BEDROCK`.',
  },
  {
    words: /security token .*invalid|UnrecognizedClient/i,
    advice:
      'AWS does not know these credentials. An old `AWS_ACCESS_KEY_ID` in the environment may stand in front of the profile: `aws sts get-caller-identity` tells who is asking.',
  },
  {
    words: /signature (expired|not yet current|we calculated)|SignatureDoesNotMatch/i,
    advice:
      'The clock of this machine is off, or the secret key does not belong to the key id. Set the clock first.',
  },
  // AWS: what an account may use
  {
    words: /use case details/i,
    advice:
      'Fill in the use case form for Anthropic models in the Bedrock console; it takes some minutes to count.',
  },
  {
    words: /aws-marketplace:/i,
    advice:
      'The first use of a model subscribes to it. Somebody with `aws-marketplace:Subscribe` has to use it once, then it is open to the whole account.',
  },
  {
    words: /not authorized to perform: bedrock:/i,
    advice:
      'Allow `bedrock:InvokeModel` and `bedrock:InvokeModelWithResponseStream` in the IAM policy, on the model and on its inference profile.',
  },
  {
    words: /access to the model with the specified model id/i,
    advice:
      'Ask for access under Model access in the Bedrock console, in the region of this variant: each region has its own.',
  },
  {
    words: /on-demand throughput/i,
    advice:
      'This model is to be had through an inference profile only: write its area in front of the id in `model`, as in `us.anthropic.…` or `global.anthropic.…`.',
  },
  {
    words: /model identifier is invalid/i,
    advice:
      'Bedrock has no such model in this region. Compare `model` and `region` of the variant with what `aws bedrock list-inference-profiles` lists.',
  },
  {
    words: /end of its life|marked by provider as legacy|decommissioned/i,
    advice: 'The model has been withdrawn. Put its successor into `model` of the variant.',
  },
  {
    words: /^operation not allowed/i,
    advice:
      'AWS has not opened this model to the account, which is usual for new ones. AWS Support can; until then let another provider stand behind it.',
  },
  // Quotas
  {
    words: /(tokens|requests) per day|\b[TR]PD\b/i,
    advice:
      'The quota of the day is used up. Until it comes back only another variant helps, or a larger quota from the provider.',
  },
  {
    words: /request too large for model|requested \d+, please reduce/i,
    advice:
      'One request takes more than a whole minute allows. Set `tpm` of the variant to the limit in the message, so that large requests go elsewhere at once.',
  },
  {
    words: /too many (requests|tokens), please wait/i,
    advice:
      'New AWS accounts have tiny quotas. Set `rpm` of the variant to what Service Quotas in the AWS console shows, so that it is skipped before it refuses; request a larger one there, or add variants in other regions.',
  },
  {
    words: /requests per min|\bRPM\b/,
    advice:
      'Set `rpm` of the variant to the limit in the message: it is then skipped before it refuses.',
  },
  {
    words: /tokens per min|\b[IO]?TPM\b/,
    advice:
      'Set `tpm` of the variant to the limit in the message: it is then skipped before it refuses.',
  },
  {
    words: /(account|organization)(’|')s rate limit|rate limit (for|of) your organization/i,
    advice:
      'The whole organization shares this limit. Give its variants one `limit_group` with `rpm` or `tpm`, so that they rest together.',
  },
  {
    words: /concurren|too many connections/i,
    outcomes: ['rate_limited'],
    advice: 'Too many requests ran at the same time. Set `max_concurrent` of the variant.',
  },
  // Money
  {
    words: /credit balance is too low/i,
    advice:
      'Buy credits under Billing in the Anthropic console; a Claude subscription does not count there. With `auth: passthrough` the client’s own login is used instead.',
  },
  {
    words: /exceeded your current quota/i,
    outcomes: ['billing'],
    advice:
      'The prepaid credit is used up: add some under Billing in the provider’s console. A subscription to ChatGPT does not count there.',
  },
  {
    words: /fewer max_tokens|can only afford/i,
    advice:
      'What is left does not pay for the answer’s `max_tokens`. Add credit, or lower `CLAUDE_CODE_MAX_OUTPUT_TOKENS`.',
  },
  {
    words: /spend limit|api usage limits/i,
    advice:
      'A spend limit that somebody set has been reached. Raise it in the provider’s console, or wait for its next period.',
  },
  {
    words: /payment instrument/i,
    advice: 'Give the AWS account a valid payment method, then wait some minutes.',
  },
  // Keys
  {
    words: /has no key:|needs the environment variable/i,
    advice: 'Set it where the proxy is started, and start it again: a running one does not see it.',
  },
  {
    words: /log ?in required|oauth/i,
    outcomes: ['credential'],
    advice:
      'A login was sent where a key is expected, or the other way round. `providers.{provider}.auth: passthrough` passes the client’s own login on; else set `providers.{provider}.api_key`.',
  },
  // Models
  {
    words: /try pulling it/i,
    advice: 'Run `ollama pull` with the name of the model, or correct `model` of the variant.',
  },
  {
    words: /no models? loaded/i,
    advice: 'Load the model in the local server, or let it load models when they are asked for.',
  },
  {
    words: /data policy|privacy settings/i,
    advice:
      'The privacy settings of the OpenRouter account rule out every host of this model: `openrouter.ai/settings/privacy`.',
  },
  // Size
  {
    words: /max_tokens[`'"]? exceed context limit/i,
    advice:
      'The prompt and `max_tokens` together are too much: lower `CLAUDE_CODE_MAX_OUTPUT_TOKENS`, or shorten the conversation with `/compact`.',
  },
  {
    words: /request_too_large|maximum size|body .*too large|entity too large/i,
    advice:
      'Not the words are too many, but the bytes: images and PDFs, mostly. Go back before the largest, or begin anew with `/clear`.',
  },
  // The way there
  {
    words: /ECONNRESET|ECONNABORTED|EPIPE|ConnectionClosed|PREMATURE_CLOSE/,
    outcomes: ['bad_answer'],
    advice:
      'The answer broke off on its way. `on_stream_failure: continue` lets another variant go on; if it happens often, look at the VPN, proxy or firewall in between.',
  },
  {
    words: /ECONNREFUSED|ConnectionRefused/,
    advice:
      'Nothing listens there. Is the local server running (`ollama serve`, LM Studio, vLLM), and on the port that `providers.{provider}.base_url` names?',
  },
  {
    words: /ENOTFOUND|EAI_AGAIN|getaddrinfo/,
    advice:
      'The name of the host was not found. Check `providers.{provider}.base_url` or the `region`, and whether this machine is online.',
  },
  {
    words: /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|\bTLS\b|SSL/,
    advice:
      'The certificate is not trusted. Behind a company’s proxy start with `NODE_EXTRA_CA_CERTS` set to the file of its authority; for a server of your own renew the certificate.',
  },
  {
    words: /\(connect_timeout\)/,
    advice:
      'Nothing answers at that address. A VPN or a firewall may be in between; else check `providers.{provider}.base_url`.',
  },
  // Answers
  {
    words: /text\/html|<!doctype|<html/i,
    advice:
      'A web page came instead of an answer. Check `providers.{provider}.base_url`, and whether a login page of the network stands in between.',
  },
  {
    words: /tool call/i,
    outcomes: ['bad_answer'],
    advice:
      'The model wrote a tool call that cannot be read. If it happens often, move this model further back in its route.',
  },
  {
    words: /server\.request_timeout/,
    advice:
      'All waits and attempts together took as long as a request may. Lower `first_event_timeout`, so that the next in line has time left; `server.request_timeout` above 600 s is of no use, since clients give up then.',
  },
  // The request
  {
    words: /flagged|content policy|content_filter|content filtering/i,
    advice:
      'The provider does not take what this conversation says. Nobody else was asked: put it in other words, or go back a step.',
  },
  {
    words: /tool_use.*tool_result|tool_result.*tool_use/is,
    advice:
      'The conversation has lost a tool’s result. Go back a step in Claude Code (Esc twice), or begin anew with `/clear`.',
  },
  {
    words: /signature.*thinking|thinking.*signature|thinking blocks .*cannot be modified/is,
    advice:
      'The conversation holds thinking that this service did not write. Go back a step in Claude Code (Esc twice), or begin anew with `/clear`.',
  },
  {
    words: /image/i,
    outcomes: ['rejected'],
    advice:
      'An image in the conversation is too large, broken or of a kind the model does not take. Go back to before it was added.',
  },
]
