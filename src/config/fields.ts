import Type from 'typebox'
import {
  DURATION_PATTERN,
  POSITIVE_DURATION_PATTERN,
  SIZE_PATTERN,
  TOKENS_PATTERN,
} from './units.ts'

/**
 * The kinds of values a field can have. `title` names the kind and `examples` show it: problems are
 * worded with them, editors show them. Everything may be written as text, because that is what a
 * `${VARIABLE}` expands to, and what the predecessor's file does with its port.
 */
export type TextOrNumber = string | number

export function duration(description: string) {
  return durationFrom({ pattern: POSITIVE_DURATION_PATTERN, exclusiveMinimum: 0 }, description)
}

export function durationOrNone(description: string) {
  return durationFrom({ pattern: DURATION_PATTERN, minimum: 0 }, description)
}

export function size(description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'number'],
    pattern: SIZE_PATTERN,
    minimum: 1,
    title: 'a size',
    examples: ['32MB', '1GB'],
    description: `${description} A plain number means bytes.`,
  })
}

export function tokens(description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'integer'],
    pattern: TOKENS_PATTERN,
    minimum: 1,
    title: 'a number of tokens',
    examples: ['200k', '1M', 128000],
    description,
  })
}

export function usd(description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'number'],
    pattern: '^[0-9]+([.][0-9]+)?$',
    minimum: 0,
    title: 'a price in USD per million tokens',
    examples: [3, 0.25],
    description: `${description} In USD per million tokens.`,
  })
}

export function count(description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'integer'],
    pattern: '^0*[1-9][0-9]*$',
    minimum: 1,
    title: 'a whole number of at least 1',
    examples: [2],
    description,
  })
}

export function countOrNone(description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'integer'],
    pattern: '^[0-9]+$',
    minimum: 0,
    title: 'a whole number',
    examples: [10],
    description,
  })
}

export function port(description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'integer'],
    pattern: '^([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$',
    minimum: 0,
    maximum: 65535,
    title: 'a port',
    examples: [3001],
    description,
  })
}

/** `True` is what people coming from Python write. */
export function flag(description: string) {
  return Type.Unsafe<string | boolean>({
    type: ['boolean', 'string'],
    pattern: '^([Tt]rue|TRUE|[Ff]alse|FALSE)$',
    title: 'true or false',
    examples: [true],
    description,
  })
}

export function isOn(value: string | boolean | undefined): boolean {
  return String(value).toLowerCase() === 'true'
}

export function choice<const Choice extends string>(choices: Choice[], description: string) {
  return Type.Unsafe<Choice>({
    type: 'string',
    enum: choices,
    title: `one of ${choices.join(', ')}`,
    examples: choices,
    description,
  })
}

/** Text that can stand in a header or an address: printable ASCII without spaces. */
export function word(title: string, example: string, description: string) {
  return pattern('^[!-~]+$', title, example, description)
}

export function pattern(regex: string, title: string, example: string, description: string) {
  return Type.String({ pattern: regex, title, examples: [example], description })
}

/** `writeOnly` is JSON Schema's word for it; a problem never repeats such a value. */
export function secret(description: string) {
  return Type.String({
    pattern: '^[!-~]+$',
    title: 'a key (printable characters, no spaces)',
    writeOnly: true,
    examples: [`\${MY_API_KEY}`],
    description,
  })
}

function durationFrom(bounds: object, description: string) {
  return Type.Unsafe<TextOrNumber>({
    type: ['string', 'number'],
    ...bounds,
    title: 'a duration',
    examples: ['300s', '5m', '250ms'],
    description: `${description} A plain number means seconds.`,
  })
}
