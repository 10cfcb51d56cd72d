import { isRecord } from '../json.ts'
import { reject } from './chat-refusal.ts'
import { checkFunctionName, checkParameters } from './chat-tools-check.ts'
import type { Json } from './json.ts'

/** Checks the flat tools of the Responses API, what is chosen of them, and the format of the text. */
export function checkResponsesTools(body: Json): void {
  const tools = body.tools ?? []
  if (!Array.isArray(tools)) reject("Invalid type for 'tools': expected an array.", 'tools')
  const names = tools.map((tool, index) => checkTool(tool, `tools[${index}]`))
  checkChoice(body.tool_choice, names)
  const format = isRecord(body.text) ? body.text.format : undefined
  if (isRecord(format) && format.type === 'json_schema') {
    checkFunctionName(format.name, 'text.format.name')
    if (!isRecord(format.schema)) {
      reject("Missing required parameter: 'text.format.schema'.", 'text.format.schema')
    }
    if (format.strict === true) checkStrict(format.schema, 'response_format', 'text.format.schema')
  }
}

const MEMBERS = ['type', 'name', 'description', 'parameters', 'strict', 'defer_loading', 'async']

function checkTool(tool: unknown, path: string): string {
  if (!isRecord(tool)) return reject(`Invalid type for '${path}': expected an object.`, path)
  if (tool.type !== 'function') {
    reject(`Invalid value: '${String(tool.type)}'.`, `${path}.type`, 'invalid_value')
  }
  const foreign = Object.keys(tool).find((name) => !MEMBERS.includes(name))
  if (foreign) {
    reject(`Unknown parameter: '${path}.${foreign}'.`, `${path}.${foreign}`, 'unknown_parameter')
  }
  checkFunctionName(tool.name, `${path}.name`)
  const name = String(tool.name)
  checkParameters(tool.parameters, name, `${path}.parameters`)
  // Strict unless it is told not to be.
  if (tool.strict !== false)
    checkStrict(tool.parameters, `function '${name}'`, `${path}.parameters`)
  return name
}

function checkStrict(schema: unknown, what: string, path: string, context: string[] = []): void {
  if (!isRecord(schema)) return
  const invalid = (fault: string) =>
    reject(
      `Invalid schema for ${what}: In context=(${context.map((name) => `'${name}'`).join(', ')}), ${fault}`,
      path,
      'invalid_function_parameters',
    )
  const { properties, required, additionalProperties } = schema
  if (isRecord(properties)) {
    if (additionalProperties !== false) {
      invalid("'additionalProperties' is required to be supplied and to be false.")
    }
    const missing = Object.keys(properties).find(
      (name) => !(Array.isArray(required) && required.includes(name)),
    )
    if (missing !== undefined) {
      invalid(
        "'required' is required to be supplied and to be an array including every key in " +
          `properties. Missing '${missing}'.`,
      )
    }
    for (const [name, each] of Object.entries(properties)) {
      checkStrict(each, what, path, [...context, 'properties', name])
    }
  }
  checkStrict(schema.items, what, path, [...context, 'items'])
}

function checkChoice(choice: unknown, names: string[]): void {
  if (choice === undefined || choice === null) return
  if (typeof choice === 'string') {
    if (['auto', 'none', 'required'].includes(choice)) return
    reject(`Invalid value: '${choice}'.`, 'tool_choice', 'invalid_value')
  }
  const name = isRecord(choice) && choice.type === 'function' ? String(choice.name) : ''
  if (!names.includes(name)) {
    reject(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice')
  }
}
