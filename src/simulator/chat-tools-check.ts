import { isRecord } from '../json.ts'
import { reject, tooLong } from './chat-refusal.ts'
import { type ChatService, hasTools } from './chat-service.ts'
import type { Json } from './json.ts'
import { Refusal } from './refusal.ts'

/** Checks `tools` and what only goes with them. */
export function checkChatTools(body: Json, service: ChatService): void {
  const tools = body.tools ?? []
  if (!Array.isArray(tools)) reject("Invalid type for 'tools': expected an array.", 'tools')
  if ('tools' in body && tools.length === 0) {
    reject(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty " +
        'array instead.',
      'tools',
      'empty_array',
    )
  }
  if (tools.length > 128 && ['openai', 'groq'].includes(service.name)) {
    reject(
      "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an " +
        `array with length ${tools.length} instead.`,
      'tools',
      'array_above_max_length',
    )
  }
  const functions = tools.map((tool, index) => checkTool(tool, `tools[${index}]`, service))
  checkStrictness(functions, service)
  checkCompanions(body, functions, service)
}

const TOOL_MEMBERS = ['type', 'function']
const FUNCTION_MEMBERS = ['name', 'description', 'parameters', 'strict']

function checkTool(tool: unknown, path: string, { name }: ChatService): Json {
  if (!isRecord(tool) || tool.type !== 'function' || !isRecord(tool.function)) {
    return reject(`Missing required parameter: '${path}.function'.`, `${path}.function`)
  }
  if (name !== 'openrouter') {
    refuseForeign(tool, TOOL_MEMBERS, path)
    refuseForeign(tool.function, FUNCTION_MEMBERS, `${path}.function`)
  }
  checkFunctionName(tool.function.name, `${path}.function.name`)
  const { description, parameters } = tool.function
  if (description !== undefined && typeof description !== 'string') {
    const place = `${path}.function.description`
    reject(`Invalid type for '${place}': expected a string.`, place, 'invalid_type')
  }
  if (parameters !== undefined) {
    checkParameters(parameters, String(tool.function.name), `${path}.function.parameters`)
  }
  return tool.function
}

function refuseForeign(value: Json, members: string[], path: string): void {
  const foreign = Object.keys(value).find((name) => !members.includes(name))
  if (foreign) {
    reject(`Unknown parameter: '${path}.${foreign}'.`, `${path}.${foreign}`, 'unknown_parameter')
  }
}

/** The rule for the name of a function, wherever it stands. */
export function checkFunctionName(name: unknown, path: string): void {
  if (typeof name !== 'string') {
    reject(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter')
  }
  if (name.length > 64) tooLong(path, 64)
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) {
    reject(
      `Invalid '${path}': string does not match pattern. Expected a string that matches the ` +
        "pattern '^[a-zA-Z0-9_-]+$'.",
      path,
      'invalid_value',
    )
  }
}

const COMBINING = ['oneOf', 'anyOf', 'allOf', 'enum', 'not']

/** The rule for the schema of a function. */
export function checkParameters(schema: unknown, name: string, path: string): void {
  const invalid = (what: string) =>
    reject(`Invalid schema for function '${name}': ${what}`, path, 'invalid_function_parameters')
  if (!isRecord(schema) || schema.type !== 'object') {
    const type = isRecord(schema) && typeof schema.type === 'string' ? schema.type : 'None'
    invalid(`schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`)
    return
  }
  if (!isRecord(schema.properties)) {
    invalid('In context=(), object schema missing properties.')
  }
  if (COMBINING.some((keyword) => keyword in schema)) {
    invalid(
      "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the " +
        'top level.',
    )
  }
  if (lacksItems(schema)) invalid('array schema missing items.')
}

const DATA = ['default', 'enum', 'const']

/** Whether there is a list somewhere in the schema that does not say what is in it. */
function lacksItems(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(lacksItems)
  if (!isRecord(schema)) return false
  if (schema.type === 'array' && !isRecord(schema.items)) return true
  return Object.entries(schema).some(([key, value]) => !DATA.includes(key) && lacksItems(value))
}

/** Cerebras wants one answer for all tools (Roo-Code#10334). */
function checkStrictness(functions: Json[], { name }: ChatService): void {
  if (name !== 'compatible' && name !== 'cerebras') return
  const kinds = new Set(functions.map(({ strict }) => strict ?? false))
  if (kinds.size > 1) {
    throw new Refusal(422, "Tools with mixed values for 'strict' are not allowed.", {
      type: 'wrong_api_format',
    })
  }
}

function checkCompanions(body: Json, functions: Json[], { name }: ChatService): void {
  const { tool_choice: choice } = body
  for (const companion of ['tool_choice', 'parallel_tool_calls']) {
    if (companion in body && !hasTools(body)) {
      reject(
        `Invalid value for '${companion}': '${companion}' is only allowed when 'tools' are ` +
          'specified.',
        companion,
      )
    }
  }
  if (typeof choice === 'string' && !['auto', 'none', 'required'].includes(choice)) {
    reject(`Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`)
  }
  if (isRecord(choice)) {
    const chosen = isRecord(choice.function) ? choice.function.name : undefined
    if (!functions.some((tool) => tool.name === chosen)) {
      reject(`Tool choice '${String(chosen)}' not found in 'tools' parameter.`, 'tool_choice')
    }
  }
  const isSchema = isRecord(body.response_format) && body.response_format.type === 'json_schema'
  if (isSchema && hasTools(body) && ['groq', 'cerebras'].includes(name)) {
    reject('json mode cannot be combined with tool/function calling')
  }
}
